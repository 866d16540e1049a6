"""The trees of built courses: sections of subsections of units of blocks; editing one announces nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, cycle
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.course_modes.models import CourseMode
from common.djangoapps.split_modulestore_django import content
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from xmodule.modulestore.django import modulestore

Node = content.Node
Key = CourseKey | str

START = datetime(2020, 1, 1, tzinfo=UTC)
MODES = {"audit": "Audit", "honor": "Honor"}
COHORT_PARTITION = 100
NOT_COMPLETABLE = {"discussion"}


def key_of(course: Key) -> CourseKey:
    """The key, whichever way it was given."""
    return CourseKey.from_string(course) if isinstance(course, str) else course


def loaded(course_key: Key) -> content.Content:
    """The course's content; raises LookupError for a course that was not built."""
    found = content.load(key_of(course_key))
    if found is None:
        raise LookupError(f"no such course: {course_key}")
    return found


def course(
    key: Key,
    *,
    name: str | None = None,
    sections: int = 2,
    subsections: int = 2,
    units: int = 3,
    blocks: int = 2,
    block_types: Sequence[str] | None = None,
    graded: bool = False,
    pass_mark: float | None = None,
    max_attempts: int | None = None,
    invitation_only: bool = False,
) -> CourseKey:
    """Build or rebuild a course run; every unit takes `blocks` completable blocks, by default text and problem in turn.

    `pass_mark` is from 0 to 1, or in percent when above 1. Gives the key.
    """
    from demo.campus.build import organization

    course_id = key_of(key)
    organization(course_id.org)
    fields: dict[str, Any] = {
        "display_name": name or f"{course_id.org} {course_id.course}",
        "start": START,
        "invitation_only": invitation_only,
        "pattern": {
            "blocks": blocks,
            "block_types": list(block_types or ("html", "problem")),
            "graded": graded,
            "max_attempts": max_attempts,
        },
    }
    if pass_mark is not None:
        fields["grading_policy"] = {"GRADE_CUTOFFS": {"Pass": pass_mark / 100 if pass_mark > 1 else pass_mark}}
    numbers = count(1)
    tree = _node("course", "course", fields)
    for section in range(1, sections + 1):
        tree["children"].append(
            chapter := _node("chapter", f"section_{section}", {"display_name": f"Section {section}"})
        )
        for part in range(1, subsections + 1):
            grading = {"graded": True, "format": "Exam"} if graded else {}
            names = {"display_name": f"Subsection {section}.{part}"}
            chapter["children"].append(
                sequential := _node("sequential", f"subsection_{section}_{part}", names | grading)
            )
            sequential["children"] += [_unit(next(numbers), fields["pattern"]) for _ in range(units)]
    content.publish(course_id, tree)
    block = modulestore().get_course(course_id)
    CourseOverview.objects.update_or_create(id=course_id, defaults=CourseOverview.described(block))
    _offer_modes(course_id)
    return course_id


def units(course_key: Key) -> list[UsageKey]:
    """The usage keys of all units in the order of the course, whoever may see them."""
    found = loaded(course_key)
    return [unit for unit in found.of_type("vertical") if found.parent[unit].block_type == "sequential"]


def edit(course_key: Key, add: int = 0, remove: int = 0, hide: int = 0) -> None:
    """Remove the last units, hide from learners the last of those left, append new ones; nobody is told."""
    found = loaded(course_key)
    tree = found.tree
    for _ in range(remove):
        parents = [node for node in _nodes(tree) if node["type"] == "sequential" and node["children"]]
        parents[-1]["children"].pop()
    visible = [
        unit
        for node in _nodes(tree)
        if node["type"] == "sequential"
        for unit in node["children"]
        if not unit["fields"].get("visible_to_staff_only")
    ]
    for unit in visible[len(visible) - hide :]:
        unit["fields"]["visible_to_staff_only"] = True
    last = [node for node in _nodes(tree) if node["type"] == "sequential"][-1]
    # A removed unit's id is never used again, so nothing that was done in it counts for another.
    used = max(
        [tree["fields"].get("last_unit", 0), *(int(unit.block_id.removeprefix("unit_")) for unit in units(course_key))]
    )
    last["children"] += [_unit(used + number, tree["fields"]["pattern"]) for number in range(1, add + 1)]
    tree["fields"]["last_unit"] = used + add
    content.publish(found.course_key, tree)


def restrict(course_key: Key, restricted: Iterable[UsageKey], *cohort_groups: int) -> None:
    """Let only the cohorts with these groups see the blocks."""
    found, wanted = loaded(course_key), {unit.block_id for unit in restricted}
    tree = found.tree
    for node in _nodes(tree):
        if node["id"] in wanted:
            node["fields"]["group_access"] = {str(COHORT_PARTITION): list(cohort_groups)}
    content.publish(found.course_key, tree)


def cohort_group(course_key: Key, name: str) -> int:
    """The group that stands for the cohort in the course's content, made when there is none."""
    found = loaded(course_key)
    tree = found.tree
    partitions = tree["fields"].setdefault("partitions", [])
    partition = next((each for each in partitions if each["id"] == COHORT_PARTITION), None)
    if partition is None:
        partition = {"id": COHORT_PARTITION, "name": "Content Groups", "scheme": "cohort", "groups": []}
        partitions.append(partition)
    for group in partition["groups"]:
        if group["name"] == name:
            return group["id"]
    number = COHORT_PARTITION + 1 + len(partition["groups"])
    partition["groups"].append({"id": number, "name": name})
    content.publish(found.course_key, tree)
    return number


def _node(block_type: str, block_id: str, fields: dict[str, Any] | None = None) -> Node:
    return {"type": block_type, "id": block_id, "fields": fields or {}, "children": []}


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("children", ()):
        yield from _nodes(child)


def _unit(number: int, pattern: dict[str, Any]) -> Node:
    unit = _node("vertical", f"unit_{number}", {"display_name": f"Unit {number}"})
    wanted, types = pattern["blocks"], pattern["block_types"]
    counts = NOT_COMPLETABLE if set(types) - NOT_COMPLETABLE else set()
    for position, block_type in enumerate(cycle(types), start=1):
        if sum(each["type"] not in counts for each in unit["children"]) == wanted:
            break
        unit["children"].append(_block(block_type, f"{block_type}_{number}_{position}", pattern))
    return unit


def _block(block_type: str, block_id: str, pattern: dict[str, Any]) -> Node:
    fields: dict[str, Any] = {"display_name": block_id.replace("_", " ").capitalize()}
    if block_type == "html":
        fields["data"] = f"<p>{fields['display_name']}</p>"
    if block_type == "problem":
        fields |= {"question": "Is this so?", "max_attempts": pattern["max_attempts"], "graded": pattern["graded"]}
    return _node(block_type, block_id, fields)


def _offer_modes(course_id: CourseKey) -> None:
    there = set(CourseMode.objects.filter(course_id=course_id).values_list("mode_slug", flat=True))
    CourseMode.objects.bulk_create(
        CourseMode(course_id=course_id, mode_slug=slug, mode_display_name=title)
        for slug, title in MODES.items()
        if slug not in there
    )
