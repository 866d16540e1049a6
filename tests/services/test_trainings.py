"""Making, changing and archiving trainings: who may, what is refused, what follows."""

import uuid
from typing import Any

import pytest

from demo.campus import build
from mandatory_assignments.data import Forbidden, Invalid, PathPart, TrainingFacts, TrainingKind
from mandatory_assignments.host import lms
from mandatory_assignments.models import (
    Assignment,
    AuditEntry,
    Backfill,
    Cycle,
    LookAgain,
    ModuleBlock,
    Progress,
    RequiredEnrollment,
    Training,
)
from mandatory_assignments.queries import access, assignments, tracking, training_lists
from mandatory_assignments.services import trainings
from mandatory_assignments.services.assign import assign_learners

from .conftest import COURSE, DUE, NOW

pytestmark = pytest.mark.django_db

SECOND = "course-v1:Acme+AID+2027"
FOREIGN = "course-v1:Globex+LIFT+2027"
MODULE, PATH, A_COURSE = TrainingKind.MODULE, TrainingKind.PATH, TrainingKind.COURSE


@pytest.fixture
def second(campus) -> str:
    return str(build.course(SECOND, name="First aid", sections=1, subsections=1, units=2))


@pytest.fixture
def gregor(campus) -> Any:
    """Globex's coordinator."""
    found = build.user("gregor", organization="Globex")
    build.coordinator(found, "Globex")
    return found


@pytest.fixture
def foreign(gregor) -> str:
    return str(build.course(FOREIGN, name="Lifting", sections=1, subsections=1, units=2))


def units(course: str) -> list[str]:
    return [str(key) for key in build.units(course)]


def make(campus, kind=MODULE, **named) -> Training:
    outcome = trainings.create_training(
        **{"actor": campus.coordinator, "kind": kind, "name": "Drill", **named, "now": NOW}
    )
    (made,) = outcome.created
    return Training.objects.get(uuid=made)


def change(campus, row: Training, actor=None, **fields):
    return trainings.change_training(row.uuid, actor=actor or campus.coordinator, fields=fields, now=NOW)


def facts(row: Training) -> TrainingFacts:
    return training_lists.facts(Training.objects.get(pk=row.pk))


def refused(call, *args, **named) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        call(*args, **named)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


# ----- making -------------------------------------------------------------------------------------------------------


def test_a_module_holds_blocks_of_several_courses_in_the_order_in_which_they_were_named(campus, second):
    blocks = [units(second)[1], units(COURSE)[0], units(second)[0]]
    row = make(campus, blocks=blocks)
    assert facts(row).blocks == tuple(blocks)
    assert list(ModuleBlock.objects.values_list("course_key", flat=True)) == [second, COURSE, second]
    assert (row.key, row.organization.short_name, row.criterion) == (f"module:{row.uuid}", "Acme", "content")


def test_a_module_holds_sections_and_subsections_too(campus):
    section = lms.outlines([COURSE])[COURSE].sections[0]
    row = make(campus, blocks=[section.subsections[1].key])
    assert facts(row).blocks == (section.subsections[1].key,)
    assert facts(make(campus, blocks=[section.key])).blocks == (section.key,)


def test_a_path_holds_courses_which_become_trainings_by_that(campus, second):
    row = make(campus, PATH, parts=[PathPart(second), PathPart(COURSE, required=False)])
    assert facts(row).parts == (PathPart(second), PathPart(COURSE, required=False))
    assert {training.key: training.name for training in Training.objects.filter(kind=A_COURSE)} == {
        second: "First aid",
        COURSE: "Fire safety",
    }
    assert row.criterion == "content_and_passing"


def test_a_course_may_be_named_by_the_uuid_of_its_training(campus):
    make(campus, A_COURSE, name="", key=COURSE)
    row = make(campus, PATH, parts=[PathPart(str(Training.objects.get(key=COURSE).uuid))])
    assert facts(row).parts == (PathPart(COURSE),)


def test_a_course_without_content_may_be_part_of_a_path_beside_others(campus):
    drill = make(campus, A_COURSE, name="Evacuation drill", offline=True)
    assert (drill.key, drill.offline) == (f"offline:{drill.uuid}", True)
    row = make(campus, PATH, parts=[PathPart(COURSE), PathPart(drill.key)])
    assert facts(row).parts == (PathPart(COURSE), PathPart(drill.key))
    only = make(campus, PATH, parts=[PathPart(str(drill.uuid))])
    assert facts(only).parts == (PathPart(drill.key),)


@pytest.mark.parametrize("kind", TrainingKind)
def test_whatever_takes_place_in_person_has_a_key_of_ours_and_no_content(campus, kind):
    row = make(campus, kind, offline=True, key="DRILL-2027")
    assert (row.kind, row.key, row.offline, facts(row).blocks, facts(row).parts) == (kind, "DRILL-2027", True, (), ())


def test_a_course_is_made_a_training_once_and_is_called_and_owned_as_the_platform_says(campus):
    row = make(campus, A_COURSE, name="", key=COURSE, goals="Get out alive", criterion="content")
    assert (row.name, row.organization.short_name, row.goals, row.criterion) == (
        "Fire safety",
        "Acme",
        "Get out alive",
        "content",
    )
    again = trainings.create_training(actor=campus.coordinator, kind=A_COURSE, key=COURSE, goals="Other", now=NOW)
    assert (again.created, again.unchanged) == ((), [row.uuid])
    assert facts(row).goals == "Get out alive"


@pytest.mark.parametrize(
    ("configured", "expected"),
    [("passing", "passing"), ("certificate", "certificate"), ("nonsense", "content_and_passing")],
)
def test_the_usual_criterion_is_the_sites_but_for_modules(campus, settings, configured, expected):
    settings.MANDATORY_ASSIGNMENTS_CRITERION = configured
    assert make(campus, PATH, parts=[PathPart(COURSE)]).criterion == expected
    assert Training.objects.get(key=COURSE).criterion == expected
    assert make(campus, blocks=units(COURSE)[:1]).criterion == "content"


def test_what_was_typed_is_kept_as_it_was(campus):
    text = "<b>bold</b>\n\n  https://example.com/?a=1&b=2 "
    assert facts(make(campus, offline=True, description=text, context=text, goals=text)).description == text


WRONG = {
    "no name": ({"name": " "}, [("name", "name_required")]),
    "a long name": ({"name": "x" * 256}, [("name", "too_long")]),
    "long texts": (
        dict.fromkeys(("description", "context", "goals"), "x" * 10001),
        [("description", "too_long"), ("context", "too_long"), ("goals", "too_long")],
    ),
    "a course's key as key": ({"key": COURSE}, [("key", "bad_key")]),
    "a uuid as key": ({"key": str(uuid.UUID(int=7))}, [("key", "bad_key")]),
    "a key with markup": ({"key": "<b>"}, [("key", "bad_key")]),
    "a long key": ({"key": "x" * 256}, [("key", "bad_key")]),
    "an unknown criterion": ({"criterion": "luck"}, [("criterion", "bad_criterion")]),
    "another criterion than content": ({"criterion": "passing"}, [("criterion", "bad_criterion")]),
    "an unknown organization": ({"organization": "Nowhere"}, [("organization", "unknown_organization")]),
    "another organization": ({"organization": "Globex"}, [("organization", "unknown_organization")]),
    "sharing with nobody known": ({"shared_with": ["Nowhere"]}, [("shared_with", "unknown_organization")]),
    "sharing with all and one": ({"shared_with": ["*", "Globex"]}, [("shared_with", "unknown_organization")]),
    "no blocks": ({"blocks": []}, [("blocks", "blocks_required")]),
    "blocks that are none": ({"blocks": ["", "x"]}, [("blocks", "unknown_block")] * 2),
    "a course as a block": ({"blocks": [COURSE]}, [("blocks", "unknown_block")]),
    "too many blocks": ({"blocks": [str(number) for number in range(1001)]}, [("blocks", "too_many")]),
    "parts": ({"parts": [PathPart(COURSE)]}, [("parts", "not_for_this_kind")]),
    "several at once": (
        {"name": "", "blocks": [], "shared_with": ["x"]},
        [("name", "name_required"), ("blocks", "blocks_required"), ("shared_with", "unknown_organization")],
    ),
}


@pytest.mark.parametrize(("changed", "problems"), WRONG.values(), ids=WRONG)
def test_a_module_is_refused_with_a_code_for_each_field(campus, foreign, changed, problems):
    asked = {"blocks": units(COURSE)[:1], **changed}
    assert refused(make, campus, **asked) == problems
    assert not Training.objects.exists()


def test_a_block_that_does_not_exist_one_of_a_foreign_course_and_a_leaf_answer_the_same(campus, foreign):
    leaf = lms.outlines([COURSE])[COURSE].units[0].blocks[0].key
    missing = units(COURSE)[0] + "x"
    for key in (missing, units(foreign)[0], leaf):
        with pytest.raises(Invalid) as refusal:
            make(campus, blocks=[key])
        (problem,) = refusal.value.problems
        assert (problem.field, problem.code, problem.message.replace(key, "")) == (
            "blocks",
            "unknown_block",
            'There is no section, subsection or unit "" that you may use.',
        )


def test_a_block_may_be_named_once_be_it_as_part_of_another(campus):
    section = lms.outlines([COURSE])[COURSE].sections[0]
    unit = section.subsections[0].units[0].key
    assert refused(make, campus, blocks=[unit, unit]) == [("blocks", "duplicate_block")]
    assert refused(make, campus, blocks=[section.key, unit]) == [("blocks", "duplicate_block")]
    assert refused(make, campus, blocks=[unit, section.key]) == [("blocks", "duplicate_block")]


def test_a_path_needs_a_required_course_and_names_each_once(campus, second, foreign):
    archived = make(campus, A_COURSE, name="Old", offline=True)
    trainings.archive_training(archived.uuid, actor=campus.coordinator, now=NOW)
    for parts, codes in (
        ([], ["parts_required"]),
        ([PathPart(COURSE, required=False)], ["parts_required"]),
        ([PathPart(COURSE), PathPart(COURSE)], ["duplicate_course"]),
        ([PathPart(foreign)], ["unknown_course"]),
        ([PathPart("course-v1:Acme+NONE+1")], ["unknown_course"]),
        ([PathPart(str(uuid.UUID(int=3))), PathPart(COURSE)], ["unknown_course"]),
        ([PathPart(COURSE), PathPart(archived.key)], ["archived_training"]),
    ):
        found = refused(make, campus, PATH, parts=parts)
        assert [code for _field, code in found] == codes, parts


def test_what_takes_place_in_person_holds_neither_blocks_nor_courses(campus):
    assert refused(make, campus, offline=True, blocks=units(COURSE)[:1]) == [("blocks", "not_for_this_kind")]
    assert refused(make, campus, PATH, offline=True, parts=[PathPart(COURSE)]) == [("parts", "not_for_this_kind")]


def test_a_key_belongs_to_one_training(campus):
    make(campus, offline=True, key="DRILL")
    assert refused(make, campus, offline=True, key="DRILL") == [("key", "key_taken")]


def test_a_course_that_is_none_or_of_others_cannot_be_made_a_training(campus, foreign):
    for key in ("course-v1:Acme+NONE+1", foreign, "library-v1:Acme+LIB", "", "DRILL"):
        assert refused(make, campus, A_COURSE, name="", key=key) == [("key", "unknown_course")]


def test_a_courses_name_and_owner_are_not_for_us_to_say(campus):
    assert refused(make, campus, A_COURSE, name="Fire!", key=COURSE) == [("name", "not_editable")]
    assert refused(make, campus, A_COURSE, name="", key=COURSE, organization="Globex") == [
        ("organization", "not_editable")
    ]
    assert make(campus, A_COURSE, name="Fire safety", key=COURSE, organization="Acme")


# ----- who may ------------------------------------------------------------------------------------------------------


def test_course_staff_make_modules_wholly_inside_their_courses_for_the_courses_owner(campus, second):
    teacher = build.user("tess")
    build.course_staff(teacher, COURSE)
    row = make(campus, actor=teacher, blocks=units(COURSE)[:2])
    assert row.organization.short_name == "Acme"
    assert refused(make, campus, actor=teacher, blocks=[units(COURSE)[0], units(second)[0]]) == [
        ("blocks", "unknown_block")
    ]
    assert make(campus, A_COURSE, actor=teacher, name="", key=COURSE)
    for kind, named in ((PATH, {"parts": [PathPart(COURSE)]}), (MODULE, {"offline": True})):
        with pytest.raises(Forbidden):
            make(campus, kind, actor=teacher, **named)


def test_course_staff_of_courses_of_several_owners_name_the_owner(campus, foreign):
    teacher = build.user("tess")
    build.course_staff(teacher, COURSE)
    build.course_staff(teacher, foreign)
    blocks = [units(COURSE)[0], units(foreign)[0]]
    assert refused(make, campus, actor=teacher, blocks=blocks) == [("organization", "organization_required")]
    assert make(campus, actor=teacher, blocks=blocks, organization="Globex").organization.short_name == "Globex"


def test_a_coordinator_of_two_organizations_names_the_owner_unless_the_courses_tell(campus, foreign):
    build.coordinator(campus.coordinator, "Globex")
    assert refused(make, campus, offline=True) == [("organization", "organization_required")]
    assert make(campus, offline=True, organization="Globex").organization.short_name == "Globex"
    assert make(campus, PATH, parts=[PathPart(foreign)]).organization.short_name == "Globex"


def test_global_staff_make_trainings_that_nobody_owns(campus):
    root = build.user("root", is_staff=True)
    assert make(campus, actor=root, offline=True).organization is None
    assert make(campus, actor=root, blocks=units(COURSE)[:1]).organization.short_name == "Acme"


def test_a_learner_makes_nothing(campus):
    with pytest.raises(Forbidden):
        make(campus, actor=campus.learner, offline=True)


def test_a_training_is_shared_with_nobody_with_some_or_with_all(campus, gregor):
    scope = access.scope(gregor)
    rows = {
        "nobody": make(campus, offline=True),
        "some": make(campus, offline=True, shared_with=["Globex"]),
        "all": make(campus, offline=True, shared_with=["*"]),
    }
    assert {name for name, row in rows.items() if training_lists.training(scope, row.uuid)} == {"some", "all"}
    assert not training_lists.visible(access.scope(build.user("gert", organization="Globex"))).exists()
    assert [facts(rows[name]).shared_with for name in rows] == [(), ("Globex",), ("*",)]
    change(campus, rows["some"], shared_with=[])
    assert training_lists.training(scope, rows["some"].uuid) is None


def test_what_is_shared_may_be_used_but_not_changed(campus, gregor, foreign):
    row = make(campus, A_COURSE, name="", key=COURSE, shared_with=["Globex"])
    path = make(campus, PATH, actor=gregor, parts=[PathPart(COURSE), PathPart(foreign)], organization="Globex")
    assert path.organization.short_name == "Globex"
    for act in (trainings.archive_training, trainings.restore_training):
        with pytest.raises(Forbidden):
            act(row.uuid, actor=gregor, now=NOW)
    with pytest.raises(Forbidden):
        change(campus, row, actor=gregor, goals="Other")
    assert refused(change, campus, path, goals="Other") == [("training", "unknown_training")]


# ----- changing -----------------------------------------------------------------------------------------------------


def test_what_is_changed_is_told_before_and_after(campus, second):
    row = make(campus, blocks=units(COURSE)[:1])
    assert change(campus, row, name="Fire drill", blocks=units(second)).changed == [row.uuid]
    entry = AuditEntry.objects.get(act="training_changed")
    assert (entry.actor, entry.training, entry.organization.short_name) == (campus.coordinator, row, "Acme")
    assert entry.before == {"name": "Drill", "blocks": units(COURSE)[:1]}
    assert entry.after == {"name": "Fire drill", "blocks": units(second)}


def test_sending_what_is_so_already_changes_nothing(campus, second):
    row = make(campus, PATH, parts=[PathPart(COURSE), PathPart(second)])
    course = Training.objects.get(key=COURSE)
    again = change(campus, row, kind="path", key=row.key, parts=[PathPart(str(course.uuid)), PathPart(second)])
    assert (again.changed, again.unchanged) == ((), [row.uuid])
    assert not AuditEntry.objects.filter(act="training_changed").exists()


@pytest.mark.parametrize("changed", [{"kind": "path"}, {"key": "other"}, {"offline": True}])
def test_what_a_training_is_stays(campus, changed):
    row = make(campus, blocks=units(COURSE)[:1])
    assert refused(change, campus, row, **changed)[0] == (next(iter(changed)), "not_editable")


def test_a_field_that_does_not_exist_cannot_be_changed(campus):
    row = make(campus, offline=True)
    assert refused(change, campus, row, colour="red") == [("colour", "unknown_field")]


def test_what_is_in_a_training_already_may_stay_though_the_actor_could_not_add_it(campus, second, foreign):
    root = build.user("root", is_staff=True)
    module = make(campus, actor=root, blocks=[units(foreign)[0], units(COURSE)[0]], organization="Acme")
    path = make(campus, PATH, actor=root, parts=[PathPart(foreign)], organization="Acme")
    change(campus, module, blocks=[units(second)[0], units(foreign)[0]])
    change(campus, path, parts=[PathPart(COURSE), PathPart(foreign)])
    assert facts(path).parts == (PathPart(COURSE), PathPart(foreign))
    for blocks in ([units(foreign)[1]], units(foreign)):
        assert refused(change, campus, module, blocks=blocks) == [("blocks", "unknown_block")]


def test_new_content_has_everybody_looked_at_who_has_it_to_do_or_has_progress_in_it(campus, second):
    row = make(campus, PATH, parts=[PathPart(COURSE)])
    other = build.user("otto", organization="Acme")
    build.user("ines", organization="Acme")
    campus.assign("lena", training=str(row.uuid))
    Progress.objects.create(learner=other, training=row, units_done=1, units_total=4)
    LookAgain.objects.all().delete()
    change(campus, row, name="New name")
    assert not LookAgain.objects.exists()
    change(campus, row, parts=[PathPart(second)])
    assert set(LookAgain.objects.values_list("learner__username", "course_key")) == {("lena", second), ("otto", second)}


def test_new_content_changes_open_assignments_and_what_was_completed_stays_completed(campus, second):
    row = make(campus, PATH, parts=[PathPart(COURSE)], criterion="content")
    done = build.user("dora", organization="Acme")
    campus.assign("lena", "dora", training=str(row.uuid))
    build.drain()
    build.complete(done, COURSE)
    build.complete(campus.learner, COURSE, units=1)
    build.drain()

    def standing() -> dict[str, tuple[str, int, int]]:
        return {
            cycle.learner.username: (cycle.closed_as, cycle.units_done, cycle.units_total)
            for cycle in Cycle.objects.select_related("learner")
        }

    assert standing() == {"dora": ("completed", 4, 4), "lena": ("", 1, 4)}
    change(campus, row, parts=[PathPart(COURSE), PathPart(second)])
    build.drain()
    assert standing() == {"dora": ("completed", 4, 4), "lena": ("", 1, 6)}


def test_an_archived_training_is_kept_with_its_open_assignments_and_may_be_restored(campus):
    row = make(campus, blocks=units(COURSE)[:1])
    campus.assign("lena", training=str(row.uuid))
    assert trainings.archive_training(row.uuid, actor=campus.coordinator, now=NOW).changed == [row.uuid]
    assert trainings.archive_training(row.uuid, actor=campus.coordinator, now=NOW).unchanged == [row.uuid]
    assert Training.objects.get(pk=row.pk).archived_at == NOW
    assert Assignment.objects.get(training=row).open
    assert trainings.restore_training(row.uuid, actor=campus.coordinator, now=NOW).changed == [row.uuid]
    assert Training.objects.get(pk=row.pk).archived_at is None
    assert list(AuditEntry.objects.filter(training=row).order_by("id").values_list("act", flat=True)) == [
        "training_added",
        "assigned",
        "training_archived",
        "training_restored",
    ]


# ----- tracking -----------------------------------------------------------------------------------------------------


def test_the_courses_of_a_module_are_tracked_at_once_and_backfilled(campus, second):
    assert not tracking.is_tracked(second)
    make(campus, blocks=units(second)[:1])
    assert tracking.is_tracked(second)
    assert not tracking.is_tracked(COURSE)
    assert list(Backfill.objects.values_list("course_key", flat=True)) == [second]


def test_what_takes_place_in_person_is_not_tracked(campus):
    make(campus, A_COURSE, offline=True, key="DRILL")
    tracking.forget_tracked_courses()
    assert not tracking.is_tracked("DRILL")


@pytest.mark.parametrize(
    ("switch", "course_key", "expected"),
    [
        (False, SECOND, False),
        (True, SECOND, True),
        (True, "library-v1:Acme+LIB", False),
        (True, "lib:Acme:LIB", False),
        (["Acme"], SECOND, True),
        (["Acme"], FOREIGN, False),
        ([], SECOND, False),
        (7, SECOND, False),
    ],
)
def test_a_switch_tracks_every_course_or_those_of_some_organizations_without_a_query(
    db, settings, django_assert_num_queries, switch, course_key, expected
):
    tracking.forget_tracked_courses()
    tracking.is_tracked("")
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = switch
    with django_assert_num_queries(0):
        assert tracking.is_tracked(course_key) is expected


# ----- assigning any kind -------------------------------------------------------------------------------------------


def test_assigning_a_module_enrols_in_the_courses_of_its_blocks(campus, second):
    row = make(campus, blocks=[units(second)[0], units(COURSE)[0], units(COURSE)[1]])
    campus.assign("lena", training=str(row.uuid))
    assert set(RequiredEnrollment.objects.values_list("course_key", flat=True)) == {COURSE, second}
    build.drain()
    assert set(RequiredEnrollment.objects.values_list("state", flat=True)) == {"enrolled"}


def test_assigning_a_path_enrols_in_its_required_courses_only(campus, second):
    row = make(campus, PATH, parts=[PathPart(second, required=False), PathPart(COURSE)])
    campus.assign("lena", training=row.key)
    assert list(RequiredEnrollment.objects.values_list("course_key", flat=True)) == [COURSE]


def test_assigning_what_takes_place_in_person_enrols_in_nothing(campus):
    row = make(campus, offline=True)
    campus.assign("lena", training=str(row.uuid))
    assert Assignment.objects.get().training == row
    assert not RequiredEnrollment.objects.exists()
    build.drain()
    assert Assignment.objects.get().open


def test_an_archived_training_is_not_assigned(campus):
    rows = [make(campus, offline=True), make(campus, A_COURSE, name="", key=COURSE)]
    for row in rows:
        trainings.archive_training(row.uuid, actor=campus.coordinator, now=NOW)
        assert refused(campus.assign, training=row.key) == [("training", "archived_training")]


def test_coordinators_assign_to_their_own_people_what_others_share_with_them(campus, gregor):
    build.user("gert", organization="Globex")
    named = {"actor": gregor, "due_on": DUE, "now": NOW}
    course = make(campus, A_COURSE, name="", key=COURSE)
    rows = [course, make(campus, blocks=units(COURSE)[:1]), make(campus, offline=True)]
    for row in rows:
        assert refused(assign_learners, training=str(row.uuid), learners=["gert"], **named) == [
            ("training", "unknown_training")
        ]
        change(campus, row, shared_with=["Globex"])
        outcome = assign_learners(training=str(row.uuid), learners=["gert", "lena"], **named)
        assert Assignment.objects.get(uuid=outcome.created[0]).organization.short_name == "Globex"
        assert [(entry, problem.code) for entry, problem in outcome.refused] == [("lena", "unknown_learner")]


def test_course_staff_assign_modules_inside_their_courses_to_the_people_in_these(campus, second):
    teacher = build.user("tess")
    build.course_staff(teacher, COURSE)
    build.enroll(campus.learner, COURSE)
    build.user("olga", organization="Acme")
    inside = make(campus, blocks=units(COURSE)[:1])
    across = make(campus, blocks=[units(COURSE)[0], units(second)[0]])
    outcome = campus.assign("lena", "olga", actor=teacher, training=str(inside.uuid))
    assert (len(outcome.created), [entry for entry, _ in outcome.refused]) == (1, ["olga"])
    assert refused(campus.assign, actor=teacher, training=str(across.uuid)) == [("training", "unknown_training")]
    assert assignments.cycles(access.scope(teacher), now=NOW).count() == 1


def test_what_nobody_owns_is_assigned_by_global_staff_alone(campus):
    root = build.user("root", is_staff=True)
    row = make(campus, actor=root, offline=True)
    assert refused(campus.assign, training=str(row.uuid)) == [("training", "unknown_training")]
    assert campus.assign("lena", actor=root, training=str(row.uuid), organization="Acme").created


# ----- cost ---------------------------------------------------------------------------------------------------------


def test_thirty_blocks_take_no_more_queries_than_three(campus, count_queries):
    big = str(build.course("course-v1:Acme+BIG+1", sections=2, subsections=4, units=4))
    keys = units(big)
    make(campus, blocks=keys[:1])
    few = count_queries(lambda: make(campus, blocks=keys[:3]))
    assert count_queries(lambda: make(campus, blocks=keys[:30])) == few


def test_thirty_courses_take_no_more_queries_than_three(campus, count_queries):
    keys = [
        str(build.course(f"course-v1:Acme+C{number}+1", sections=1, subsections=1, units=1)) for number in range(34)
    ]
    make(campus, PATH, parts=[PathPart(keys[0])])
    few = count_queries(lambda: make(campus, PATH, parts=[PathPart(key) for key in keys[1:4]]))
    assert count_queries(lambda: make(campus, PATH, parts=[PathPart(key) for key in keys[4:34]])) == few
