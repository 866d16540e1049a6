"""Bringing an organization's directory to what a file says: planned first, then done person by person.

Accounts are never made or deleted, and nobody leaves the organization; only global staff bring people into one.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Bucket, Invalid, JobKind, Outcome, Problem
from ..models import Job
from ..queries import directory, people, rosters, uploads
from ..records import directory as records
from ..records import jobs, rearranging
from ..rules import directory as rules
from ..rules import roster
from ..rules.sheets_reading import Line
from ..verb import verb

COLUMNS: Mapping[str, Collection[str]] = {
    "username": ("username",),
    "email": ("email", "e-mail", "mail"),
    "departments": ("departments", "department"),
    "groups": ("groups", "group", "learning groups", "learning group"),
    "managers": ("managers", "manager"),
}
"""The columns of a file with their headings; of username and e-mail one is enough."""

CHUNK = 500
"""Entries that are looked up at once."""


@verb()
def plan_directory_sync(
    *, actor: Any, organization: str, content: bytes, parts: Collection[str], complete: bool = False, now: datetime
) -> Job:
    """Compares a CSV with the directory of the organization (short name); changes nothing.

    Of `parts` (departments, groups, managers) people are to have exactly what the file says; with `complete` whoever is
    missing in the file leaves the departments and groups of those parts. Groups that follow cohorts are left alone.
    The answer is a job that waits to be confirmed: a row for everybody, and one for each line that cannot be done.

    Raises Forbidden; Invalid `unknown_organization`, `parts_required`, `unknown_part`, and about the field `file`
    `too_large`, `too_many_rows`, `empty_file`, `header_only`, `missing_columns`, `repeated_column`, `spreadsheet`,
    `nul_bytes`, `undecodable`, `broken_line`.
    """
    scope = directory.keeper(actor)
    owner = directory.organization_to_keep(scope, organization)
    _check_parts(parts)
    sheet, lines = uploads.sheet(content, COLUMNS, [("username", "email"), *((part,) for part in sorted(parts))])
    reading = _Reading(owner, parts, everybody=scope.everything)
    reading.take(lines)
    plan = roster.plan(reading.wishes, reading.present, parts=parts, complete=complete, spared=reading.spared)
    kinds = Counter(move.kind for move in plan.moves)
    return jobs.store(
        JobKind.DIRECTORY_SYNC,
        _rows(plan.moves, reading),
        actor=actor,
        organization_id=owner.id,
        title=owner.name,
        terms={
            "organization": owner.short_name,
            "parts": [part for part in roster.PARTS if part in parts],
            "complete": complete,
            "detected": {"encoding": sheet.encoding, "delimiter": sheet.delimiter},
            "counts": {**kinds, "errors": len(reading.refused)},
            "new_departments": list(plan.new_departments),
            "new_groups": list(plan.new_groups),
            "new_managers": len({id for move in plan.moves for id in move.add_managers}),
            "new_members": sum(move.joins for move in plan.moves),
            "leaving": plan.leaving,
            "following": sorted(reading.following) if "groups" in parts else [],
            "emptied": [[each.part, each.name, each.leaving, each.size] for each in plan.emptied],
        },
        now=now,
    )


@verb()
def sync_people(*, actor: Any, organization: str, moves: Mapping[int, Mapping[str, Any]], now: datetime) -> Outcome:
    """Does what was planned for these people, by id: `changed` holds the ids, `refused` pairs of an id and a problem.

    Whoever does not belong to the organization by now is refused, unless they were to join it. Raises Forbidden and
    Invalid `unknown_organization` when the actor keeps the directory no more.
    """
    scope = directory.keeper(actor)
    owner = directory.organization_to_keep(scope, organization)
    records.lock(owner, now=now)
    joining = [id for id, move in moves.items() if move["joins"]] if scope.everything else []
    records.add_members(
        owner, [user.id for user in people.active(joining, within=people.everybody())], actor=actor, now=now
    )
    managers = {id for move in moves.values() for id in move["add_managers"]}
    members = set(rosters.members(owner).filter(id__in=[*moves, *managers]).values_list("id", flat=True))
    refused = {id: people.unknown_learner(move["entry"]) for id, move in moves.items() if id not in members}
    for id, move in moves.items():
        if id not in refused and not members.issuperset(move["add_managers"]):
            refused[id] = Problem("unknown_manager", _("A manager does not belong to the organization any more."))
    allowed = {id: move for id, move in moves.items() if id not in refused}
    _rearrange(owner, allowed, actor, now)
    return Outcome(changed=list(allowed), refused=list(refused.items()))


def _rearrange(owner: Organization, moves: Mapping[int, Mapping[str, Any]], actor: Any, now: datetime) -> None:
    """Does the moves of all of these people: groups that follow cohorts by now stay as they are."""
    places, by = rearranging.Places(owner), {"actor": actor, "now": now}

    def found(change: str, find: Callable[[str], Any]) -> dict[Any, list[int]]:
        rows: dict[Any, list[int]] = {}
        for name, ids in rearranging.turned(moves, change).items():
            if row := find(name):
                rows.setdefault(row, []).extend(ids)
        return rows

    rearranging.join(owner, found("add_departments", partial(places.department_to_fill, **by)), **by)
    rearranging.leave(owner, found("remove_departments", places.department), **by)
    rearranging.join(owner, found("add_groups", partial(places.group_to_fill, **by)), **by)
    rearranging.leave(owner, found("remove_groups", places.group), **by)
    for change, stroke in (("add_managers", rearranging.appoint), ("remove_managers", rearranging.dismiss)):
        stroke(owner, {id: move[change] for id, move in moves.items() if move[change]}, **by)


def _check_parts(parts: Collection[str]) -> None:
    if not parts:
        message = _("Choose what the file is to decide: departments, groups or managers.")
        raise Invalid(Problem("parts_required", message, "parts"))
    for part in parts:
        if part not in roster.PARTS:
            message = _('"%(part)s" is not allowed: %(parts)s.') % {"part": part[:50], "parts": ", ".join(roster.PARTS)}
            raise Invalid(Problem("unknown_part", message, "parts"))


class _Reading:
    """What the lines of the file mean: wishes by person, and the lines that cannot be done."""

    def __init__(self, owner: Organization, parts: Collection[str], *, everybody: bool) -> None:
        self.owner, self.parts = owner, parts
        self.within = people.everybody() if everybody else people.members_of(owner.id)
        self.following = rosters.following(owner)
        self.present = roster.without_groups(rosters.present(owner), self.following)
        self.wishes: dict[int, roster.Wish] = {}
        self.entries: dict[int, str] = {}
        self.refused: list[tuple[int, str, Problem]] = []
        self.spared: set[int] = set()

    def take(self, lines: Iterable[Line]) -> None:
        """Reads all lines; a person with one that cannot be done is left as they are."""
        read = list(lines)
        found = self._looked_up(read)
        wanted = {line.number: found[_entry(line)] for line in read if _entry(line) in found}
        coming = {user.id for user in wanted.values()}
        for line in read:
            user = wanted.get(line.number)
            problem = self._problem(line, user, found, coming)
            if problem:
                self.refused.append((line.number, _entry(line), problem))
                self.spared |= {user.id} if user else set()
            elif user:
                self.entries.setdefault(user.id, _entry(line))
                wish = self.wishes.setdefault(user.id, roster.Wish(line.number))
                wish.departments |= {path for path, _wrong in self._paths(line)}
                wish.groups |= set(roster.apart_from(roster.entries(line.cells.get("groups", "")), self.following))
                wish.managers |= {found[name].id for name in roster.entries(line.cells.get("managers", ""))}
        for user_id in self.spared:
            self.wishes.pop(user_id, None)

    def _looked_up(self, lines: Sequence[Line]) -> dict[str, Any]:
        typed = {_entry(line) for line in lines}
        if "managers" in self.parts:
            typed |= {name for line in lines for name in roster.entries(line.cells.get("managers", ""))}
        ordered = sorted(typed - {""})
        found: dict[str, Any] = {}
        for begin in range(0, len(ordered), CHUNK):
            found |= people.learners(ordered[begin : begin + CHUNK], within=self.within)
        return found

    def _paths(self, line: Line) -> list[tuple[str, str]]:
        cells = roster.entries(line.cells.get("departments", "")) if "departments" in self.parts else []
        return [roster.department_path(cell, self.owner.short_name) for cell in cells]

    def _problem(self, line: Line, user: Any, found: Mapping[str, Any], coming: Collection[int]) -> Problem | None:
        """The first thing that cannot be done about a line."""
        if not _entry(line):
            message = _("Line %(line)d names nobody: write a username or an e-mail address.")
            return Problem("learner_required", message % {"line": line.number}, "learner")
        if user is None:
            return people.unknown_learner(_entry(line))
        for path, wrong in self._paths(line):
            if wrong:
                message = _('Line %(line)d, departments: "%(value)s" is no path such as Field/North; names are short.')
                return Problem("bad_path", message % {"line": line.number, "value": path[:60]}, "departments")
        for name in roster.entries(line.cells.get("groups", "")) if "groups" in self.parts else ():
            if rules.wrong_name(name, rules.LONGEST_GROUP_NAME):
                message = _('Line %(line)d, groups: "%(value)s" is no name for a learning group.')
                return Problem("bad_name", message % {"line": line.number, "value": name[:60]}, "groups")
        for name in roster.entries(line.cells.get("managers", "")) if "managers" in self.parts else ():
            manager = found.get(name)
            if manager is None or (manager.id not in self.present.members and manager.id not in coming):
                return people.unknown_learner(name, "managers")
            if manager.id == user.id:
                return Problem("own_manager", _("Nobody manages themselves."), "managers")
        return None


def _entry(line: Line) -> str:
    return (line.cells.get("username") or line.cells.get("email") or "")[:254]


def _rows(moves: Sequence[roster.Move], reading: _Reading) -> Iterator[jobs.Line]:
    missing = people.accounts([move.user_id for move in moves if not move.line])
    for move in moves:
        user = missing.get(move.user_id)
        entry = user.username if user else reading.entries[move.user_id]
        values = {
            "line": move.line,
            "joins": move.joins,
            "add_departments": move.add_departments,
            "remove_departments": move.remove_departments,
            "add_groups": move.add_groups,
            "remove_groups": move.remove_groups,
            "add_managers": move.add_managers,
            "remove_managers": move.remove_managers,
        }
        bucket = Bucket.SKIP if move.kind == "unchanged" else Bucket.CREATE
        yield jobs.Line(bucket, move.user_id, entry=entry, problem=Problem(move.kind, ""), values=values)
    for number, entry, problem in reading.refused:
        yield jobs.Line(Bucket.REFUSE, entry=entry, problem=problem, values={"line": number})
