"""How a directory is brought to what a file says: who joins, leaves and moves, and where so many leave that one asks.

Pure: plain data in, moves out. Only what is ticked is touched; who is missing in the file leaves only from a complete
one, and nobody ever leaves the organization.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import directory

PARTS = ("departments", "groups", "managers")
MOST_LEAVING_PERCENT = 20
"""Where more than this part of a department, a group or the organization leaves something, somebody has to say so."""


def entries(cell: str) -> list[str]:
    """What stands in a cell: several are separated by | or by lines."""
    return [tidy for each in re.split(r"[|\n]", cell) if (tidy := directory.tidy(each))]


def department_path(text: str, short_name: str) -> tuple[str, str]:
    """The path inside the organization, and what is wrong with it as a code; it may begin with the short name."""
    names = [directory.tidy(name) for name in text.strip(directory.SEPARATOR).split(directory.SEPARATOR)]
    if len(names) > 1 and names[0].casefold() == short_name.casefold():
        names = names[1:]
    wrong = next((code for name in names if (code := directory.wrong_department_name(name))), "")
    path = directory.SEPARATOR.join(names)
    return path, wrong or ("too_long" if len(path) > directory.LONGEST_PATH else "")


@dataclass(slots=True)
class Wish:
    """What the file says of one person, all of its lines together; managers are ids."""

    line: int
    departments: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    managers: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Present:
    """How it is now: the members, and by person the paths, the names of groups and the ids of their own managers."""

    members: Collection[int]
    departments: Mapping[int, Collection[str]]
    groups: Mapping[int, Collection[str]]
    managers: Mapping[int, Collection[int]]
    all_departments: Collection[str]
    all_groups: Collection[str]


def apart_from(names: Iterable[str], others: Collection[str]) -> list[str]:
    """The names without those others, however their letters are cased."""
    folded = {name.casefold() for name in others}
    return [name for name in names if name.casefold() not in folded]


def without_groups(present: Present, names: Collection[str]) -> Present:
    """The same as if there were no groups of these names."""
    if not names:
        return present
    groups = {id: apart_from(inside, names) for id, inside in present.groups.items()}
    return replace(present, groups=groups, all_groups=tuple(apart_from(present.all_groups, names)))


@dataclass(frozen=True, slots=True)
class Move:
    """What changes for one person; `line` is 0 for who is missing in the file."""

    user_id: int
    line: int
    joins: bool
    add_departments: tuple[str, ...] = ()
    remove_departments: tuple[str, ...] = ()
    add_groups: tuple[str, ...] = ()
    remove_groups: tuple[str, ...] = ()
    add_managers: tuple[int, ...] = ()
    remove_managers: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """joining, leaving, moving, managers (these alone change) or unchanged."""
        coming = bool(self.joins or self.add_departments or self.add_groups)
        going = bool(self.remove_departments or self.remove_groups)
        if coming or going:
            return "moving" if coming and going else "joining" if coming else "leaving"
        return "managers" if self.add_managers or self.remove_managers else "unchanged"


@dataclass(frozen=True, slots=True)
class Emptied:
    """A place that loses more than it may without asking: part is department, group or organization."""

    part: str
    name: str
    leaving: int
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All moves, unchanged ones too: who joins the organization first, so that managers are there before their people.

    `leaving` is how many people leave anything, `emptied` where that is so many that somebody has to confirm it.
    """

    moves: Sequence[Move]
    new_departments: Sequence[str]
    new_groups: Sequence[str]
    leaving: int
    emptied: Sequence[Emptied]


def plan(
    wishes: Mapping[int, Wish], present: Present, *, parts: Collection[str], complete: bool, spared: Collection[int]
) -> Plan:
    """What has to change; `spared` are people of whom the file says something that cannot be done."""
    known = {
        "departments": {path.casefold(): path for path in present.all_departments},
        "groups": {name.casefold(): name for name in present.all_groups},
    }
    new: dict[str, list[str]] = {"departments": [], "groups": []}

    def spelled(part: str, names: Iterable[str]) -> set[str]:
        """The names as they are known, with those that are new noted level by level as they are to be made."""
        found = set()
        for name in sorted(names):
            known_as = ""
            for level in name.split(directory.SEPARATOR) if part == "departments" else [name]:
                wanted = directory.inside(known_as, level)
                if wanted.casefold() not in known[part]:
                    known[part][wanted.casefold()] = wanted
                    new[part].append(wanted)
                known_as = known[part][wanted.casefold()]
            found.add(known_as)
        return found

    def moved(user_id: int, wish: Wish | None) -> Move:
        changes: dict[str, tuple[Any, ...]] = {}
        for part in ("departments", "groups"):
            if part in parts:
                now = set(getattr(present, part).get(user_id, ()))
                then = spelled(part, getattr(wish, part)) if wish else set()
                changes |= {f"add_{part}": tuple(sorted(then - now)), f"remove_{part}": tuple(sorted(now - then))}
        if "managers" in parts and wish:
            now_managers = set(present.managers.get(user_id, ()))
            changes |= {
                "add_managers": tuple(sorted(wish.managers - now_managers)),
                "remove_managers": tuple(sorted(now_managers - wish.managers)),
            }
        return Move(user_id, wish.line if wish else 0, user_id not in present.members, **changes)

    moves = [moved(user_id, wish) for user_id, wish in wishes.items()]
    if complete:
        inside = {*present.departments, *present.groups}
        missing = sorted(inside - set(wishes) - set(spared))
        moves += [move for user_id in missing if (move := moved(user_id, None)).kind != "unchanged"]
    moves.sort(key=lambda move: not move.joins)
    leaving, emptied = _emptied(moves, present)
    return Plan(moves, new["departments"], new["groups"], leaving, emptied)


def _emptied(moves: Iterable[Move], present: Present) -> tuple[int, list[Emptied]]:
    leaving, lost = 0, Counter[tuple[str, str]]()
    for move in moves:
        places = [("department", path) for path in move.remove_departments]
        places += [("group", name) for name in move.remove_groups]
        lost.update(places)
        leaving += bool(places)
    sizes = Counter(("department", path) for paths in present.departments.values() for path in paths)
    sizes.update(("group", name) for names in present.groups.values() for name in names)
    found = [Emptied(part, name, count, sizes[part, name]) for (part, name), count in sorted(lost.items())]
    found.append(Emptied("organization", "", leaving, len(present.members)))
    return leaving, [each for each in found if each.leaving * 100 > each.size * MOST_LEAVING_PERCENT]
