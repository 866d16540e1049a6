"""The strokes on the directory for many people and places at once: as many statements for one as for a thousand.

What is noted in the trail is what the strokes in `directory` note, which are for one place. Whoever calls has the lock.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from organizations.models import Organization

from ..models import AuditEntry, Department, LearningGroup, Membership, Supervision
from ..rules import directory as rules
from . import audit, directory
from .storing import many

BATCH = 1000

Place = Department | LearningGroup


class Places:
    """The departments of an organization by path and its learning groups by name, read once; what is missing is made.

    Names that differ in case alone are one. Groups that follow cohorts are not to be changed: there are none such.
    """

    def __init__(self, owner: Organization) -> None:
        self.owner = owner
        self.departments = {row.path.casefold(): row for row in Department.objects.filter(organization=owner)}
        self.groups = {row.name.casefold(): row for row in LearningGroup.objects.filter(organization=owner)}

    def department(self, path: str) -> Department | None:
        """The department at this path. The database may take for the same what differs in more than case."""
        known = self.departments.get(path.casefold())
        return known or Department.objects.filter(organization=self.owner, path=path).first()

    def department_to_fill(self, path: str, *, actor: Any, now: datetime) -> Department:
        """The same, made with every level above it where it is missing."""
        above: Department | None = None
        for level in reversed(rules.upwards(path)):
            row = self.department(level) or directory.new_level(self.owner, above, level, actor, now)
            above = self.departments[level.casefold()] = row
        assert above is not None
        return above

    def group(self, name: str) -> LearningGroup | None:
        """The learning group of this name, unless it follows a cohort."""
        row = self.groups.get(name.casefold())
        return None if row and row.cohort_course_key else row

    def group_to_fill(self, name: str, *, actor: Any, now: datetime) -> LearningGroup | None:
        """The same, made where it is missing."""
        row = self.groups.get(name.casefold()) or directory.group_at(self.owner, name, actor=actor, now=now)
        self.groups[name.casefold()] = row
        return None if row.cohort_course_key else row


def join(owner: Organization, inside: Mapping[Place, Collection[int]], *, actor: Any, now: datetime) -> None:
    """Puts members of the organization into departments, or into groups: one kind of place at a time."""
    column, wanted = _pairs(inside)
    there = {(place_id, user_id) for _id, place_id, user_id in _present(column, wanted)}
    missing = sorted(wanted - there)
    rows = [Membership(user_id=user_id, joined_at=now, **{f"{column}_id": id}) for id, user_id in missing]
    many(Membership).bulk_create(rows, batch_size=BATCH)
    _note(f"joined_{column}", missing, inside, owner, actor=actor, now=now, side="after")


def leave(owner: Organization, inside: Mapping[Place, Collection[int]], *, actor: Any, now: datetime) -> None:
    """Takes people out of departments, or out of groups: one kind of place at a time."""
    column, wanted = _pairs(inside)
    found = [row for row in _present(column, wanted) if row[1:] in wanted]
    for begin in range(0, len(found), BATCH):
        Membership.objects.filter(id__in=[row[0] for row in found[begin : begin + BATCH]]).delete()
    _note(f"left_{column}", sorted(row[1:] for row in found), inside, owner, actor=actor, now=now, side="before")


def appoint(owner: Organization, managers: Mapping[int, Collection[int]], *, actor: Any, now: datetime) -> None:
    """Gives people, by id, managers of their own (ids)."""
    wanted = {(manager_id, person_id) for person_id, ids in managers.items() for manager_id in ids}
    there = {(manager_id, person_id) for _id, manager_id, person_id in _supervisions(owner, managers)}
    missing = sorted(wanted - there)
    rows = [Supervision(organization=owner, manager_id=manager, person_id=person) for manager, person in missing]
    many(Supervision).bulk_create(rows, batch_size=BATCH)
    audit.append(
        _entry("appointed_manager", manager, owner, actor=actor, now=now, after={"person": person})
        for manager, person in missing
    )


def dismiss(owner: Organization, managers: Mapping[int, Collection[int]], *, actor: Any, now: datetime) -> None:
    """Takes managers (ids) of their own from people, by id."""
    found = [row for row in _supervisions(owner, managers) if row[1] in managers[row[2]]]
    for begin in range(0, len(found), BATCH):
        Supervision.objects.filter(id__in=[row[0] for row in found[begin : begin + BATCH]]).delete()
    audit.append(
        _entry("dismissed_manager", manager, owner, actor=actor, now=now, before={"person": person})
        for _id, manager, person in sorted(found, key=lambda row: row[1:])
    )


def turned(moves: Mapping[int, Mapping[str, Any]], change: str) -> dict[str, list[int]]:
    """By place whom a change of their moves concerns."""
    found: dict[str, list[int]] = defaultdict(list)
    for id, move in moves.items():
        for place in move[change]:
            found[place].append(id)
    return dict(sorted(found.items()))


def _pairs(inside: Mapping[Place, Collection[int]]) -> tuple[str, set[tuple[int, int]]]:
    """What a membership calls these places, and (id of a place, id of an account) of everybody."""
    column = "department" if any(isinstance(place, Department) for place in inside) else "group"
    return column, {(place.id, user_id) for place, ids in inside.items() for user_id in ids}


def _present(column: str, wanted: Collection[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The id, the place and the account of the memberships that these places and people have with each other."""
    people = sorted({user_id for _place_id, user_id in wanted})
    places = {place_id for place_id, _user_id in wanted}
    found: list[tuple[int, int, int]] = []
    for begin in range(0, len(people), BATCH):
        rows = Membership.objects.filter(user_id__in=people[begin : begin + BATCH], **{f"{column}__isnull": False})
        found += rows.values_list("id", f"{column}_id", "user_id")
    return [row for row in found if row[1] in places]


def _supervisions(owner: Organization, managers: Mapping[int, Collection[int]]) -> list[tuple[int, int, int]]:
    """The id, the manager and the person of all managers that these people have of their own."""
    people, found = sorted(managers), list[tuple[int, int, int]]()
    for begin in range(0, len(people), BATCH):
        rows = Supervision.objects.filter(organization=owner, person_id__in=people[begin : begin + BATCH])
        found += [
            (id, manager, person)
            for id, manager, person in rows.values_list("id", "manager_id", "person_id")
            if person is not None
        ]
    return found


def _note(
    act: str,
    pairs: Iterable[tuple[int, int]],
    inside: Iterable[Place],
    owner: Organization,
    *,
    actor: Any,
    now: datetime,
    side: str,
) -> None:
    names = {place.id: _named(place) for place in inside}
    audit.append(
        _entry(act, user_id, owner, actor=actor, now=now, **{side: names[place_id]}) for place_id, user_id in pairs
    )


def _named(place: Place) -> dict[str, Any]:
    return {"department": place.path} if isinstance(place, Department) else {"group": place.name}


def _entry(act: str, user_id: int, owner: Organization, *, actor: Any, now: datetime, **told: Any) -> AuditEntry:
    return audit.entry(act, now=now, actor=actor, learner_id=user_id, organization_id=owner.id, **told)
