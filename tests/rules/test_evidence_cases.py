"""What completes a training, case by case: criteria, kinds, floors, revocations, records by hand, dates.

Each line is a sentence, what happened, and what follows. The world and its words are in `story`.
"""

from typing import Any

import pytest

from mandatory_assignments.data import Criterion
from tests.rules.story import (
    Word,
    attested,
    begun_anew,
    certified,
    did,
    failed,
    in_group,
    in_short,
    judged,
    passed,
    revoked,
    tell,
)


def case(sentence: str, training: str, expected: str, *words: Word, **named: Any) -> Any:
    return pytest.param(training, expected, words, named, id=sentence)


COURSES = [
    case("nothing done", "fire", "0/4"),
    case("one of four units", "fire", "1/4", did("a", 1)),
    case("three of four units", "fire", "3/4", did("a b c", 1)),
    case("all units, on the day of the last", "fire", "4/4 done on day 9", did("a b", 1), did("c", 9), did("d", 4)),
    case("work in another course is no work in this one", "fire", "0/4", did("x y", 1)),
    case("half a unit is not done", "half", "0/1", did("m", 1)),
    case("both halves are, on the day of the second", "half", "1/1 done on day 5", did("n", 5), did("m", 2)),
    case(
        "a block finished twice counts by the first time", "fire", "4/4 done on day 3", did("a b c d", 3), did("a", 8)
    ),
    case("without a group the units of groups do not count", "mixed", "1/1 done on day 2", did("h", 2)),
    case("for another group they do not count either", "mixed", "1/1 done on day 2", did("h", 2), in_group("mixed", 2)),
    case("for the group they count", "mixed", "1/2", did("h", 2), in_group("mixed", 1)),
    case("and are done like any other", "mixed", "2/2 done on day 4", did("h", 2), did("g", 4), in_group("mixed", 1)),
    case("what was done in a unit one cannot see any more is not counted", "mixed", "0/1", did("g", 2)),
    case("an empty course is never completed by content", "empty", "0/0"),
    case("nor by a certificate that is not asked for", "empty", "0/0", certified("empty", 1)),
    case("a course that cannot be read is not judged", "fire", "unreadable", did("a b c d", 1), without="fire"),
]

MODULES = [
    case("a module counts its own units only", "intro", "1/2", did("a c d", 1)),
    case("all of them, on the day of the last", "intro", "2/2 done on day 6", did("a", 6), did("b", 2)),
    case("a module across two courses", "across", "1/2", did("x", 1)),
    case("is done when both sides are", "across", "2/2 done on day 3", did("x", 1), did("b", 3)),
    case("a failing grade does not hold a module", "intro", "2/2 done on day 1", did("a b", 1), failed("fire", 1)),
    case(
        "a module is not judged while a course of it cannot be read",
        "across",
        "unreadable",
        did("b x", 1),
        without="data",
    ),
    case(
        "a course that the module does not touch may be gone",
        "intro",
        "2/2 done on day 1",
        did("a b", 1),
        without="data",
    ),
    case("doing the whole course does the module", "intro", "2/2 done on day 2", did("a b c d", 2)),
]

PATHS = [
    case("a path sums the units of its required courses", "safety", "3/6", did("a b x", 1)),
    case("optional courses do not count", "safety", "0/6", did("e f q", 1)),
    case("one course of two is not the path", "safety", "4/6", did("a b c d", 1)),
    case("both are, on the day of the last", "safety", "6/6 done on day 8", did("a b c d", 8), did("x y", 3)),
    case("a path waits for passing where a course of it has graded work", "licence", "5/5", did("e f q x y", 1)),
    case("and is done when it is passed", "licence", "5/5 done on day 4", did("e f q x y", 1), passed("exam", 4)),
    case("below the mark it is failing", "licence", "5/5 failing", did("e f q x y", 1), failed("exam", 4)),
    case(
        "a failing grade in a course without graded work is no matter",
        "safety",
        "6/6 done on day 1",
        did("a b c d x y", 1),
        failed("fire", 1),
    ),
    case("an empty course in a path leaves it to staff", "hollow", "4/4", did("a b c d", 1)),
    case(
        "which they can do by recording that course",
        "hollow",
        "4/4 done on day 5",
        did("a b c d", 1),
        attested("empty", 5),
    ),
    case("an offline part weighs one unit", "yard", "2/3", did("x y", 1)),
    case("and is done when staff say so", "yard", "3/3 done on day 6", did("x y", 1), attested("drill", 6)),
    case("the offline part alone is not the path", "yard", "1/3", attested("drill", 6)),
    case(
        "a path is not judged while a required course cannot be read",
        "safety",
        "unreadable",
        did("a b c d", 1),
        without="data",
    ),
    case("an optional course may be gone", "safety", "6/6 done on day 1", did("a b c d x y", 1), without="exam"),
]

OFFLINE = [
    case("an offline course weighs one unit", "drill", "0/1"),
    case(
        "it is done when staff say so, on the day they name",
        "drill",
        "1/1 done on day 3",
        attested("drill", 3, recorded=9),
    ),
    case("an offline module likewise", "talk", "1/1 done on day 3", attested("talk", 3)),
    case("of two records the earlier counts", "drill", "1/1 done on day 3", attested("drill", 8), attested("drill", 3)),
    case("work elsewhere does nothing for it", "drill", "0/1", did("a b c d", 1), attested("talk", 1)),
]

CONTENT, PASSING, CERTIFICATE = Criterion.CONTENT, Criterion.PASSING, Criterion.CERTIFICATE

CRITERIA = [
    case("by default all units with graded work and no grade are not enough", "exam", "3/3", did("e f q", 1)),
    case(
        "with a grade below the mark neither: in progress and failing",
        "exam",
        "3/3 failing",
        did("e f q", 1),
        failed("exam", 1),
    ),
    case("with a passing grade they are", "exam", "3/3 done on day 2", did("e f q", 2), passed("exam", 1)),
    case("passed later, on that day", "exam", "3/3 done on day 5", did("e f q", 2), passed("exam", 5)),
    case("passed, but a unit is missing", "exam", "2/3", did("f q", 2), passed("exam", 1)),
    case("failing and a unit missing", "exam", "2/3 failing", did("f q", 2), failed("exam", 2)),
    case(
        "passed once, failing now: not completed any more",
        "exam",
        "3/3 failing",
        did("e f q", 1),
        failed("exam", 4, once_passed=1),
    ),
    case("without graded work passing is not asked for", "fire", "4/4 done on day 1", did("a b c d", 1)),
    case(
        "even when the platform has a failing grade", "fire", "4/4 done on day 1", did("a b c d", 1), failed("fire", 1)
    ),
    case(
        "content alone: the grade is no matter",
        "exam",
        "3/3 done on day 1",
        did("e f q", 1),
        failed("exam", 1),
        criterion=CONTENT,
    ),
    case("content alone: passing is no substitute", "exam", "1/3", did("q", 1), passed("exam", 1), criterion=CONTENT),
    case(
        "passing alone: units are no matter",
        "exam",
        "1/3 done on day 3",
        did("q", 1),
        passed("exam", 3),
        criterion=PASSING,
    ),
    case("passing alone: not without a grade", "exam", "3/3", did("e f q", 1), criterion=PASSING),
    case("passing alone: below the mark", "exam", "3/3 failing", did("e f q", 1), failed("exam", 1), criterion=PASSING),
    case("passing alone is asked for even without graded work", "fire", "4/4", did("a b c d", 1), criterion=PASSING),
    case(
        "certificate: units and grade are no matter",
        "exam",
        "0/3 done on day 7",
        certified("exam", 7),
        criterion=CERTIFICATE,
    ),
    case(
        "certificate: all units are no substitute",
        "exam",
        "3/3",
        did("e f q", 1),
        passed("exam", 1),
        criterion=CERTIFICATE,
    ),
    case(
        "certificate: one that is not valid does not count",
        "exam",
        "3/3 failing",
        did("e f q", 1),
        certified("exam", 2, valid=False),
        criterion=CERTIFICATE,
    ),
    case(
        "certificate: a failing grade beside it is no matter",
        "exam",
        "0/3 done on day 7",
        failed("exam", 8),
        certified("exam", 7),
        criterion=CERTIFICATE,
    ),
    case(
        "a path by certificate needs one of each course", "licence", "0/5", certified("exam", 7), criterion=CERTIFICATE
    ),
    case(
        "and is done on the day of the last",
        "licence",
        "0/5 done on day 9",
        certified("exam", 7),
        certified("data", 9),
        criterion=CERTIFICATE,
    ),
    case("a path by passing needs each course passed", "licence", "0/5", passed("exam", 1), criterion=PASSING),
    case(
        "and is done on the later of the two days",
        "licence",
        "0/5 done on day 6",
        passed("exam", 1),
        passed("data", 6),
        criterion=PASSING,
    ),
]

BY_HAND = [
    case("a recorded module makes its blocks done in the course", "fire", "2/4", attested("intro", 3)),
    case("on its date", "fire", "4/4 done on day 3", attested("intro", 3), did("c d", 1)),
    case("and in another module that shares a block", "across", "1/2", attested("intro", 3)),
    case("and in a path around the course", "safety", "2/6", attested("intro", 3)),
    case("a module across courses reaches both", "data", "1/2", attested("across", 3)),
    case("a recorded course makes its units done", "fire", "4/4 done on day 3", attested("fire", 3)),
    case("also in modules out of it", "intro", "2/2 done on day 3", attested("fire", 3)),
    case("and only those", "across", "1/2", attested("fire", 3)),
    case("and in paths around it", "safety", "4/6", attested("fire", 3)),
    case("a recorded course needs no passing", "exam", "3/3 done on day 3", attested("exam", 3)),
    case("nor does it inside a path", "licence", "5/5 done on day 3", attested("exam", 3), did("x y", 2)),
    case("nor is it failing any more", "exam", "3/3 done on day 3", attested("exam", 3), failed("exam", 5)),
    case("a recorded module is no passing", "exam", "0/3", attested("intro", 3)),
    case(
        "a recorded course is as good as a certificate",
        "exam",
        "3/3 done on day 3",
        attested("exam", 3),
        criterion=CERTIFICATE,
    ),
    case("a recorded path makes its own units done", "safety", "6/6 done on day 3", attested("safety", 3)),
    case("but those of its courses only in the path", "fire", "0/4", attested("safety", 3)),
    case("and modules out of it stay as they are", "intro", "0/2", attested("safety", 3)),
    case("an empty course is completed by staff alone", "empty", "0/0 done on day 3", attested("empty", 3)),
    case(
        "own work before the record keeps its date",
        "fire",
        "4/4 done on day 1",
        did("a b c d", 1),
        attested("fire", 3),
    ),
    case(
        "a record with an earlier date than the work",
        "fire",
        "4/4 done on day 1",
        did("a b c d", 5),
        attested("fire", 1, recorded=6),
    ),
    case("an offline module completes nothing else", "fire", "0/4", attested("talk", 3)),
]

REVOKED = [
    case("what was done before a revocation does not count", "fire", "0/4", did("a b c d", 1), revoked("fire", 5)),
    case("what was done on its very instant neither", "fire", "0/4", did("a b c d", 5), revoked("fire", 5)),
    case("what was done after it does", "fire", "1/4", did("a b c d", 1), did("a", 6), revoked("fire", 5)),
    case(
        "done again, on the new day",
        "fire",
        "4/4 done on day 7",
        did("a b c d", 1),
        did("a b c d", 7),
        revoked("fire", 5),
    ),
    case(
        "of two revocations the later counts",
        "fire",
        "0/4",
        did("a b c d", 6),
        revoked("fire", 5),
        revoked("fire", 8, number=3),
    ),
    case(
        "work between and after them",
        "fire",
        "1/4",
        did("a b", 6),
        did("b", 9),
        revoked("fire", 5),
        revoked("fire", 8, number=3),
    ),
    case(
        "a course's revocation does not touch its modules",
        "intro",
        "2/2 done on day 1",
        did("a b c d", 1),
        revoked("fire", 5),
    ),
    case("it reaches into paths", "safety", "2/6", did("a b c d x y", 1), revoked("fire", 5)),
    case(
        "where new work counts again",
        "safety",
        "6/6 done on day 9",
        did("a b c d x y", 1),
        did("a b c d", 9),
        revoked("fire", 5),
    ),
    case("a module's revocation reaches into the course", "fire", "2/4", did("a b c d", 1), revoked("intro", 5)),
    case("and into a path around the course", "safety", "4/6", did("a b c d x y", 1), revoked("intro", 5)),
    case("its other blocks keep theirs", "fire", "3/4", did("a b c d", 1), did("a", 6), revoked("intro", 5)),
    case(
        "a module's revocation does not touch another module",
        "across",
        "2/2 done on day 1",
        did("b x", 1),
        revoked("intro", 5),
    ),
    case("a revoked module across courses reaches both", "data", "1/2", did("x y", 1), revoked("across", 5)),
    case("a path's revocation touches the path only", "safety", "0/6", did("a b c d x y", 1), revoked("safety", 5)),
    case("its courses keep theirs", "fire", "4/4 done on day 1", did("a b c d", 1), revoked("safety", 5)),
    case("and so do other paths", "licence", "2/5", did("x y", 1), revoked("safety", 5)),
    case(
        "another course's revocation is no matter", "fire", "4/4 done on day 1", did("a b c d", 1), revoked("data", 5)
    ),
    case("an offline course is not done any more", "drill", "0/1", attested("drill", 3), revoked("drill", 5)),
    case(
        "until it is recorded again, for whatever day",
        "drill",
        "1/1 done on day 2",
        attested("drill", 3),
        attested("drill", 2, recorded=6),
        revoked("drill", 5),
    ),
]

REVOKED_AND_RECORDED = [
    case("a record from before the revocation does not count", "fire", "0/4", attested("fire", 3), revoked("fire", 5)),
    case(
        "one recorded later counts, whatever its date",
        "fire",
        "4/4 done on day 2",
        attested("fire", 2, recorded=6),
        revoked("fire", 5),
    ),
    case(
        "one dated later but recorded before does not",
        "fire",
        "0/4",
        attested("fire", 3, recorded=4),
        revoked("fire", 5),
    ),
    case(
        "a module recorded later counts inside the revoked course",
        "fire",
        "2/4",
        attested("intro", 2, recorded=6),
        revoked("fire", 5),
    ),
    case("one recorded before does not", "fire", "0/4", attested("intro", 2), revoked("fire", 5)),
    case("the module itself keeps it", "intro", "2/2 done on day 2", attested("intro", 2), revoked("fire", 5)),
    case(
        "a course recorded before its module was revoked loses those blocks",
        "fire",
        "2/4 done on day 2",
        attested("fire", 2),
        revoked("intro", 5),
    ),
    case(
        "a path loses a course recorded before that was revoked",
        "safety",
        "2/6",
        attested("fire", 2),
        did("x y", 1),
        revoked("fire", 5),
    ),
    case(
        "and gets it back by a later record",
        "safety",
        "6/6 done on day 4",
        attested("fire", 4, recorded=6),
        did("x y", 1),
        revoked("fire", 5),
    ),
    case(
        "an offline part recorded before the path was revoked",
        "yard",
        "0/3",
        attested("drill", 3),
        did("x y", 1),
        revoked("yard", 5),
    ),
]

ANEW = [
    case(
        "a cycle that begins anew starts from nothing", "fire", "0/4", did("a b c d", 1), begun_anew("fire", 5), cycle=7
    ),
    case("so does the training's progress", "fire", "0/4", did("a b c d", 1), begun_anew("fire", 5)),
    case(
        "another cycle of the same training keeps its own",
        "fire",
        "4/4 done on day 1",
        did("a b c d", 1),
        begun_anew("fire", 5),
        cycle=8,
    ),
    case(
        "what is done after the opening counts for both",
        "fire",
        "1/4",
        did("a b c d", 1),
        did("a", 6),
        begun_anew("fire", 5),
        cycle=7,
    ),
    case(
        "for the other cycle by its first date",
        "fire",
        "4/4 done on day 1",
        did("a b c d", 1),
        did("a b c d", 6),
        begun_anew("fire", 5),
        cycle=8,
    ),
    case("a cycle's opening does not reach into paths", "safety", "4/6", did("a b c d", 1), begun_anew("fire", 5)),
    case("nor does a module's into the course", "fire", "4/4 done on day 1", did("a b c d", 1), begun_anew("intro", 5)),
    case(
        "a record from before the opening does not fulfil the cycle",
        "fire",
        "0/4",
        attested("fire", 3),
        begun_anew("fire", 5),
        cycle=7,
    ),
    case(
        "nor one dated before it and recorded later",
        "fire",
        "0/4",
        attested("fire", 3, recorded=6),
        begun_anew("fire", 5),
        cycle=7,
    ),
    case("one dated after it does", "fire", "4/4 done on day 6", attested("fire", 6), begun_anew("fire", 5), cycle=7),
    case("a revocation touches every cycle", "fire", "0/4", did("a b c d", 1), revoked("fire", 5), cycle=8),
    case(
        "opening and revocation: the later of the two",
        "fire",
        "0/4",
        did("a b c d", 6),
        begun_anew("fire", 5),
        revoked("fire", 8),
        cycle=7,
    ),
    case(
        "the other cycle sees the revocation alone",
        "fire",
        "4/4 done on day 9",
        did("a b c d", 9),
        begun_anew("fire", 10),
        revoked("fire", 8),
        cycle=8,
    ),
]

PASSING_AGAIN = [
    case(
        "under a floor passing means now, and every graded block again",
        "exam",
        "3/3 done on day 7",
        did("e f q", 1),
        did("e f q", 7),
        passed("exam", 1),
        revoked("exam", 5),
    ),
    case(
        "a graded block not done again is not passed again",
        "exam",
        "2/3",
        did("e f q", 1),
        did("e f", 7),
        passed("exam", 1),
        revoked("exam", 5),
    ),
    case(
        "done again but failing now",
        "exam",
        "3/3 failing",
        did("e f q", 1),
        did("e f q", 7),
        failed("exam", 8, once_passed=1),
        revoked("exam", 5),
    ),
    case(
        "graded again later: on that day",
        "exam",
        "3/3 done on day 9",
        did("e f q", 1),
        did("e f q", 7),
        passed("exam", 1, graded=9),
        revoked("exam", 5),
    ),
    case(
        "by passing alone the graded block suffices",
        "exam",
        "1/3 done on day 7",
        did("e f q", 1),
        did("q", 7),
        passed("exam", 1),
        revoked("exam", 5),
        criterion=PASSING,
    ),
    case(
        "by passing alone nothing done again is not enough",
        "exam",
        "0/3",
        did("e f q", 1),
        passed("exam", 1),
        revoked("exam", 5),
        criterion=PASSING,
    ),
    case(
        "the same inside a path when its course was revoked",
        "licence",
        "4/5",
        did("e f q x y", 1),
        did("e f", 7),
        passed("exam", 1),
        revoked("exam", 5),
    ),
    case(
        "an older certificate never fulfils",
        "exam",
        "0/3",
        certified("exam", 4),
        revoked("exam", 5),
        criterion=CERTIFICATE,
    ),
    case(
        "one from the floor's very instant neither",
        "exam",
        "0/3",
        certified("exam", 5),
        revoked("exam", 5),
        criterion=CERTIFICATE,
    ),
    case(
        "a newer one does", "exam", "0/3 done on day 6", certified("exam", 6), revoked("exam", 5), criterion=CERTIFICATE
    ),
    case(
        "inside a path an older one of a revoked course neither",
        "licence",
        "0/5",
        certified("exam", 4),
        certified("data", 9),
        revoked("exam", 5),
        criterion=CERTIFICATE,
    ),
]

SUBJECTS = {
    "courses": COURSES,
    "modules": MODULES,
    "paths": PATHS,
    "offline": OFFLINE,
    "criteria": CRITERIA,
    "recorded by hand": BY_HAND,
    "revoked": REVOKED,
    "revoked and recorded": REVOKED_AND_RECORDED,
    "begun anew": ANEW,
    "passing again": PASSING_AGAIN,
}
ALL_CASES = [one for cases in SUBJECTS.values() for one in cases]


@pytest.mark.parametrize(("training", "expected", "words", "named"), ALL_CASES)
def test_the_evidence_says(training, expected, words, named):
    assert in_short(judged(training, tell(*words), **named)) == expected


def test_there_are_enough_cases_and_each_has_a_sentence_of_its_own():
    assert len({one.id for one in ALL_CASES}) == len(ALL_CASES) >= 120
