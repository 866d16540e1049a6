"""Which departments a report tells apart, and in which of them a person is counted: each is all that is below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ..data import Scope
from ..models import Membership
from . import directory


@dataclass(frozen=True, slots=True)
class Node:
    """A department with all below it. The name begins with the organization's where there are several.

    `organization` is the short name.
    """

    id: int
    uuid: UUID
    name: str
    organization: str
    deeper: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """The departments that are told apart, and by organization and person the ids of those a person is in."""

    nodes: Sequence[Node]
    nodes_of: Mapping[tuple[int, int], frozenset[int]]


def tree(scope: Scope, organization: str = "", department: str = "") -> Tree:
    """The departments right below this one (uuid), else the topmost that this scope sees: two queries.

    Who is in the department itself and in none below it is in no node.
    """
    seen = directory.departments(scope, organization=organization)
    places = {
        (organization_id, path): (id, uuid, name, owner, short_name)
        for organization_id, path, id, uuid, name, owner, short_name in seen.values_list(
            "organization_id", "path", "id", "uuid", "name", "organization__name", "organization__short_name"
        )
    }
    top = next((place for place, (_id, uuid, *_names) in places.items() if str(uuid) == department), None)
    if department and top is None:
        return Tree((), {})
    node_of: dict[int, int] = {}
    nodes, deeper = {}, set()
    for (organization_id, path), (id, *_rest) in places.items():
        if top and not (organization_id == top[0] and path.startswith(f"{top[1]}/")):
            continue
        begin = top[1].count("/") + 1 if top else 0
        node = next(node for node in _upwards(path)[begin:] if (organization_id, node) in places)
        found = places[organization_id, node]
        node_of[id] = found[0]
        nodes[found[0]] = (organization_id, found)
        if node != path:
            deeper.add(found[0])
    several = len({organization_id for organization_id, _found in nodes.values()}) > 1
    return Tree(
        [
            Node(id, uuid, f"{owner}: {name}" if several else name, short_name, id in deeper)
            for _organization_id, (id, uuid, name, owner, short_name) in nodes.values()
        ],
        _nodes_of(scope, organization, node_of, {id: place[0] for place, (id, *_rest) in places.items()}),
    )


def _upwards(path: str) -> list[str]:
    """The paths on the way to this one, from the top, itself last."""
    names = path.split("/")
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]


def _nodes_of(
    scope: Scope, organization: str, node_of: Mapping[int, int], owners: Mapping[int, int]
) -> dict[tuple[int, int], frozenset[int]]:
    found: dict[tuple[int, int], frozenset[int]] = {}
    single = {node: frozenset({node}) for node in node_of.values()}
    inside = directory.departments(scope, organization=organization).values("id")
    rows = Membership.objects.filter(department__in=inside).values_list("user_id", "department_id")
    for user_id, department_id in rows.iterator(chunk_size=5000):
        if (node := node_of.get(department_id)) is not None:
            key = (owners[department_id], user_id)
            found[key] = found[key] | single[node] if key in found else single[node]
    return found


def path_to(scope: Scope, department: str) -> list[tuple[UUID, str]]:
    """The departments on the way to the one with this uuid, itself last: uuid and name of those the scope sees."""
    row = directory.departments(scope).filter(uuid=department).first()
    if row is None:
        return []
    paths = _upwards(row.path)
    above = directory.departments(scope).filter(organization=row.organization_id, path__in=paths).order_by("path")
    return list(above.values_list("uuid", "name"))


def owner(scope: Scope, department: str) -> str:
    """The short name of the organization that a department (uuid) is in; empty where the scope does not see it."""
    found = directory.departments(scope).filter(uuid=department).values_list("organization__short_name", flat=True)
    return found.first() or ""
