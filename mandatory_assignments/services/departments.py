"""Keeping the departments of an organization: a tree, its members and its managers. Without actor the system acts."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Conflict, Invalid, Outcome, Problem, Scope
from ..models import Department
from ..queries import directory, people
from ..records import directory as records
from ..rules import directory as rules
from ..verb import verb

FIELDS = ("name", "parent")


@verb()
def save_department(
    path: str,
    *,
    member_ids: Collection[int] = (),
    manager_ids: Collection[int] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes the department "Organization/Level/Level" with every level above it, and adds members and managers.

    Members become members of the organization too. `created` holds the ids of the departments that are new. Raises as
    `create_department`, and `unknown_learner` for an actor who names somebody outside the organization.
    """
    scope = directory.keeper(actor)
    owner, names = _taken_apart(scope, path)
    people.check_members(owner.id, [*member_ids, *manager_ids], scope)
    records.lock(owner, now=now)
    department, made = _levels(owner, None, names, actor, now)
    records.join(department, member_ids, actor=actor, now=now)
    records.appoint_managers(owner, manager_ids, department=department, actor=actor, now=now)
    return Outcome(created=[row.id for row in made])


@verb()
def create_department(
    *,
    path: str = "",
    organization: str = "",
    parent: uuid.UUID | None = None,
    name: str = "",
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes a department: at a full path "Organization/Level/Level", or of a name inside `parent` or `organization`.

    Levels above that are missing are made as well. `created` holds its uuid, `unchanged` where it is there already.
    Raises Forbidden; Invalid `unknown_organization`, `unknown_department`, `bad_path`, `name_required`,
    `slash_in_name`, `bad_name`, `too_long`.
    """
    scope = directory.keeper(actor)
    above = directory.department_to_keep(scope, parent, "parent") if parent else None
    if path:
        owner, names = _taken_apart(scope, path)
        if name or above or organization not in ("", owner.short_name):
            message = _("A path says it all: leave out parent and name, and name no other organization.")
            raise Invalid(Problem("bad_path", message, "path"))
    else:
        owner = above.organization if above else directory.organization_to_keep(scope, organization)
        if above and organization not in ("", owner.short_name):
            raise Invalid(_unknown(parent))
        names = [_checked_name(name)]
    records.lock(owner, now=now)
    department, made = _levels(owner, above and _held(above), names, actor, now)
    return Outcome(created=[department.uuid]) if department in made else Outcome(unchanged=[department.uuid])


@verb()
def change_department(department: uuid.UUID, *, fields: Mapping[str, Any], actor: Any = None, now: datetime) -> Outcome:
    """Renames a department (`name`) and moves it (`parent`, a uuid, None = to the top); all below follows.

    The uuid is in `changed`, or in `unchanged`. Raises Forbidden; Invalid `unknown_field`, `unknown_department`,
    `name_required`, `slash_in_name`, `bad_name`, `too_long`, and `cycle` for a place inside itself; Conflict
    `path_taken`.
    """
    scope = directory.keeper(actor)
    for field in fields:
        if field not in FIELDS:
            raise Invalid(Problem("unknown_field", _("There is no such field."), field))
    row = _to_change(scope, department, now)
    name = _checked_name(fields["name"]) if "name" in fields else row.name
    above = _new_parent(scope, row, fields["parent"]) if "parent" in fields else row.parent
    path = rules.inside(above.path if above else "", name)
    if path == row.path:
        return Outcome(unchanged=[row.uuid])
    other = directory.same_path(row.organization_id, path)
    if other and other != row:
        message = _('There is a department "%(path)s" already.') % {"path": directory.full_path(other)}
        raise Conflict(Problem("path_taken", message, "name" if "name" in fields else "parent"))
    before, below = row.path, _below(row)
    longest = below.aggregate(longest=Max(Length("path")))["longest"] or len(before)
    _check_path(path, "name" if "name" in fields else "parent", len(path) + longest - len(before))
    row.name, row.parent, row.path = name, above, path
    row.save(update_fields=["name", "parent", "path"])
    below.update(path=Concat(Value(path), Substr("path", len(before) + 1)))
    records.note(
        "department_changed",
        [None],
        row.organization,
        actor=actor,
        now=now,
        before={"department": before},
        after={"department": path},
    )
    return Outcome(changed=[row.uuid])


@verb()
def remove_department(department: uuid.UUID, *, actor: Any = None, now: datetime) -> Outcome:
    """Removes a department that has none below it; its members stay in the organization, what was assigned stays.

    The uuid is in `changed`. Raises Forbidden; Invalid `unknown_department`; Conflict `has_departments`.
    """
    row = _to_change(directory.keeper(actor), department, now)
    if row.children.exists():
        message = _('"%(path)s" has departments below it: remove or move those first.')
        raise Conflict(Problem("has_departments", message % {"path": directory.full_path(row)}))
    records.leave(row, actor=actor, now=now)
    records.dismiss_managers(row.organization, department=row, actor=actor, now=now)
    before = {"department": row.path}
    records.note("department_removed", [None], row.organization, actor=actor, now=now, before=before)
    row.delete()
    return Outcome(changed=[department])


@verb()
def change_department_members(
    department: uuid.UUID,
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Puts people (usernames or e-mails) into a department, and takes others out of it; these stay members.

    A coordinator finds members of the organization, global staff everybody, who then becomes one. The outcome holds
    usernames (people.Named). Raises Forbidden; Invalid `unknown_department`, `too_many`, `named_twice`.
    """
    scope = directory.keeper(actor)
    row = _to_change(scope, department, now)
    members = people.members_of(row.organization_id)
    within = people.everybody() if scope.everything else members
    named = people.named(add, remove, within=within, remove_within=members)
    came = records.join(row, named.coming, actor=actor, now=now)
    return named.outcome(came, records.leave(row, named.going, actor=actor, now=now))


@verb()
def change_department_managers(
    department: uuid.UUID,
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Appoints members of the organization (usernames or e-mails) managers of a department, and dismisses others.

    They look after everything below it, too. The outcome holds usernames (people.Named). Raises Forbidden; Invalid
    `unknown_department`, `too_many`, `named_twice`.
    """
    row = _to_change(directory.keeper(actor), department, now)
    members = people.members_of(row.organization_id)
    managing = directory.managing(row.organization_id, department=row)
    named = people.named(add, remove, within=members, remove_within=members | managing)
    came = records.appoint_managers(row.organization, named.coming, department=row, actor=actor, now=now)
    gone = records.dismiss_managers(row.organization, named.going, department=row, actor=actor, now=now)
    return named.outcome(came, gone)


def _taken_apart(scope: Scope, path: str) -> tuple[Organization, list[str]]:
    """The organization that a full path begins with, and the names of the levels below it."""
    short_name, *names = [rules.tidy(name) for name in path.split(rules.SEPARATOR)]
    if not names or not all(names):
        message = _('"%(path)s" is no path: write Organization/Department/…') % {"path": path}
        raise Invalid(Problem("bad_path", message, "path"))
    for name in names:
        _checked_name(name, "path")
    return directory.organization_to_keep(scope, short_name), names


def _checked_name(name: str, field: str = "name") -> str:
    name = rules.tidy(name)
    code = rules.wrong_department_name(name)
    if not code:
        return name
    facts = {"name": name[:50], "most": rules.LONGEST_DEPARTMENT_NAME}
    messages = {
        "name_required": _("A department needs a name."),
        "slash_in_name": _('"%(name)s" holds a slash, which separates departments in a path.'),
        "too_long": _('"%(name)s…" is too long; at most %(most)d characters are allowed.'),
        "bad_name": _('"%(name)s" holds characters that cannot be shown.'),
    }
    raise Invalid(Problem(code, messages[code] % facts, field))


def _check_path(path: str, field: str, length: int) -> None:
    if length > rules.LONGEST_PATH:
        message = _('Paths below "%(path)s" would have %(length)d characters; at most %(most)d are allowed.')
        facts = {"path": path[:50], "length": length, "most": rules.LONGEST_PATH}
        raise Invalid(Problem("too_long", message % facts, field))


def _levels(
    owner: Organization, above: Department | None, names: Collection[str], actor: Any, now: datetime
) -> tuple[Department, list[Department]]:
    """The department of the last name, each name a level below the one before it, and those of them that are new."""
    made = []
    for name in names:
        path = rules.inside(above.path if above else "", name)
        _check_path(path, "path", len(path))
        row = directory.same_path(owner.id, path)
        if row is None:
            row = Department.objects.create(uuid=uuid.uuid4(), organization=owner, path=path, name=name, parent=above)
            made.append(row)
        above = row
    for row in made:
        records.note("department_added", [None], owner, actor=actor, now=now, after={"department": row.path})
    assert above is not None
    return above, made


def _to_change(scope: Scope, department: uuid.UUID, now: datetime) -> Department:
    """The department as it is once nobody else changes this organization's directory."""
    row = directory.department_to_keep(scope, department)
    records.lock(row.organization, now=now)
    return directory.department_to_keep(scope, department)


def _held(above: Department) -> Department:
    """The department above as it is under the lock: it may have been moved or removed meanwhile."""
    row = Department.objects.filter(id=above.id).first()
    if row is None:
        raise Invalid(_unknown(above.uuid))
    return row


def _new_parent(scope: Scope, row: Department, parent: uuid.UUID | None) -> Department | None:
    if parent is None:
        return None
    above = directory.department_to_keep(scope, parent, "parent")
    if above.organization_id != row.organization_id:
        raise Invalid(_unknown(parent))
    if above == row or above.path.startswith(rules.below(row.path)):
        message = _('"%(path)s" cannot lie inside itself.') % {"path": directory.full_path(row)}
        raise Invalid(Problem("cycle", message, "parent"))
    return above


def _unknown(parent: uuid.UUID | None) -> Problem:
    return Problem("unknown_department", _('No department "%(entry)s" can be found.') % {"entry": parent}, "parent")


def _below(row: Department) -> Any:
    return Department.objects.filter(organization_id=row.organization_id, path__startswith=rules.below(row.path))
