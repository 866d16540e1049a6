"""What the cells of a file of completions name: accounts, and trainings by name or key."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower

from ..data import Scope, TrainingKind
from ..models import Training
from ..rules.progress_rows import comparable
from . import access, trainings

CHUNK = 2000
"""Accounts, and rows, that are looked up at once."""

NOBODY = "@"
"""What no account is called."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A training that a row may mean; `reference` is its id, or the key of a course that is no training yet."""

    reference: int | str
    kind: TrainingKind
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that somebody may record, by key (and uuid) and by comparable name."""

    by_key: Mapping[str, Candidate]
    by_name: Mapping[str, Collection[Candidate]]

    def meant(self, text: str) -> Collection[Candidate]:
        """What a cell may mean: one by its key, else all of that name."""
        by_key = self.by_key.get(text)
        return [by_key] if by_key else self.by_name.get(comparable(text), ())


def catalogue(scope: Scope, course_key: str = "") -> Catalogue:
    """All trainings and courses that this scope may record completions of; with a course that one and those inside."""
    by_key: dict[str, Candidate] = {}
    by_name: dict[str, list[Candidate]] = {}

    def add(candidate: Candidate, *keys: str) -> None:
        for key in keys:
            by_key.setdefault(key, candidate)
        by_name.setdefault(comparable(candidate.name), []).append(candidate)

    visible, courses = access.visible_trainings(scope), trainings.courses_for(scope)
    if course_key:
        visible &= access.visible_trainings(Scope(scope.actor_id, course_keys=frozenset({course_key})))
        courses = [course for course in courses if course.key == course_key]
    rows = Training.objects.filter(visible).order_by("id")
    for id, kind, key, name, uuid in rows.values_list("id", "kind", "key", "name", "uuid"):
        add(Candidate(id, TrainingKind(kind), key, name), key, str(uuid))
    for course in courses:
        if course.key not in by_key:
            add(Candidate(course.key, TrainingKind.COURSE, course.key, course.name), course.key)
    return Catalogue(by_key, by_name)


def account_ids(entries: Iterable[str]) -> dict[str, int]:
    """The ids of active accounts by e-mail, without regard to case and blanks, or else by username.

    Whom one may know of is asked afterwards (reach.visible_keys). An e-mail of two accounts belongs to nobody.
    """
    active = get_user_model().objects.filter(is_active=True)
    typed = sorted({entry for entry in entries if entry})
    emails = [entry for entry in typed if "@" in entry]
    by_email: dict[str, set[int]] = {}
    for chunk in _chunks(emails):
        wanted = {*chunk, *(email.lower() for email in chunk)}
        for id, email in active.filter(email__in=wanted).values_list("id", "email"):
            by_email.setdefault(email.strip().lower(), set()).add(id)
    # Asked even where everybody was found: how long it takes tells nothing of those whom one may not know of.
    for chunk in _chunks(sorted({email.lower() for email in emails} - by_email.keys()) or [NOBODY]):
        lowered = active.annotate(lower_email=Lower("email")).filter(lower_email__in=chunk)
        for id, email in lowered.values_list("id", "lower_email"):
            by_email.setdefault(email.strip(), set()).add(id)
    found = {entry: next(iter(ids)) for entry in emails if len(ids := by_email.get(entry.lower(), ())) == 1}
    for chunk in _chunks([entry for entry in typed if entry.lower() not in by_email] or [NOBODY]):
        found |= {name: id for id, name in active.filter(username__in=chunk).values_list("id", "username")}
    return found


def _chunks(entries: list[str]) -> Iterable[list[str]]:
    return (entries[begin : begin + CHUNK] for begin in range(0, len(entries), CHUNK))
