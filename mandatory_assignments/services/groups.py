"""Keeping the learning groups of an organization, which cut across its departments. Without actor the system acts."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Conflict, Invalid, Outcome, Problem, Scope
from ..models import LearningGroup
from ..queries import directory, people
from ..records import directory as records
from ..rules import directory as rules
from ..verb import verb


@verb()
def save_learning_group(
    name: str,
    *,
    organization: str,
    member_ids: Collection[int] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes the learning group and adds members, who become members of the organization too.

    `created` holds the id of one that is new. Raises as `create_group`, `unknown_learner` for an actor who names
    somebody outside the organization, and Conflict `follows_cohort` where somebody is named and it follows one.
    """
    scope = directory.keeper(actor)
    owner = directory.organization_to_keep(scope, organization)
    people.check_members(owner.id, member_ids, scope)
    records.lock(owner, now=now)
    group, new = _group(owner, _checked_name(name), actor, now)
    if member_ids:
        _check_by_hand(group)
    records.join(group, member_ids, actor=actor, now=now)
    return Outcome(created=[group.id] if new else [])


@verb()
def create_group(*, organization: str, name: str, actor: Any = None, now: datetime) -> Outcome:
    """Makes a learning group; `created` holds its uuid, `unchanged` where it is there already.

    Raises Forbidden; Invalid `unknown_organization`, `name_required`, `too_long`, `bad_name`.
    """
    owner = directory.organization_to_keep(directory.keeper(actor), organization)
    name = _checked_name(name)
    records.lock(owner, now=now)
    group, new = _group(owner, name, actor, now)
    return Outcome(created=[group.uuid]) if new else Outcome(unchanged=[group.uuid])


@verb()
def rename_group(group: uuid.UUID, *, name: str, actor: Any = None, now: datetime) -> Outcome:
    """Gives a learning group another name; the uuid is in `changed`, or in `unchanged`.

    Raises Forbidden; Invalid `unknown_group`, `name_required`, `too_long`, `bad_name`; Conflict `name_taken`.
    """
    row = _to_change(directory.keeper(actor), group, now)
    name = _checked_name(name)
    if name == row.name:
        return Outcome(unchanged=[row.uuid])
    other = directory.same_group(row.organization_id, name)
    if other and other != row:
        message = _('There is a learning group "%(name)s" already.') % {"name": other.name}
        raise Conflict(Problem("name_taken", message, "name"))
    before, row.name = {"group": row.name}, name
    row.save(update_fields=["name"])
    records.note("group_changed", [None], row.organization, actor=actor, now=now, before=before, after={"group": name})
    return Outcome(changed=[row.uuid])


@verb()
def remove_group(group: uuid.UUID, *, actor: Any = None, now: datetime) -> Outcome:
    """Removes a learning group; its members stay in the organization. The uuid is in `changed`.

    Raises Forbidden; Invalid `unknown_group`.
    """
    row = _to_change(directory.keeper(actor), group, now)
    records.leave(row, actor=actor, now=now)
    records.note("group_removed", [None], row.organization, actor=actor, now=now, before={"group": row.name})
    row.delete()
    return Outcome(changed=[group])


@verb()
def change_group_members(
    group: uuid.UUID,
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Puts people (usernames or e-mails) into a learning group, and takes others out of it; these stay members.

    A coordinator finds members of the organization, global staff everybody, who then becomes one. The outcome holds
    usernames (people.Named). Raises Forbidden; Invalid `unknown_group`, `too_many`, `named_twice`; Conflict
    `follows_cohort`.
    """
    scope = directory.keeper(actor)
    row = _to_change(scope, group, now)
    _check_by_hand(row)
    members = people.members_of(row.organization_id)
    within = people.everybody() if scope.everything else members
    named = people.named(add, remove, within=within, remove_within=members)
    came = records.join(row, named.coming, actor=actor, now=now)
    return named.outcome(came, records.leave(row, named.going, actor=actor, now=now))


def _check_by_hand(row: LearningGroup) -> None:
    if row.cohort_course_key:
        message = _('"%(group)s" follows the cohort "%(cohort)s": who is in it is decided there, not here.')
        raise Conflict(Problem("follows_cohort", message % {"group": row.name, "cohort": row.cohort_name}))


def _checked_name(name: str) -> str:
    name = rules.tidy(name)
    code = rules.wrong_name(name, rules.LONGEST_GROUP_NAME)
    if not code:
        return name
    facts = {"name": name[:50], "most": rules.LONGEST_GROUP_NAME}
    messages = {
        "name_required": _("A learning group needs a name."),
        "too_long": _('"%(name)s…" is too long; at most %(most)d characters are allowed.'),
        "bad_name": _('"%(name)s" holds characters that cannot be shown.'),
    }
    raise Invalid(Problem(code, messages[code] % facts, "name"))


def _group(owner: Organization, name: str, actor: Any, now: datetime) -> tuple[LearningGroup, bool]:
    """The learning group of this name, and whether it is new."""
    if row := directory.same_group(owner.id, name):
        return row, False
    row = LearningGroup.objects.create(uuid=uuid.uuid4(), organization=owner, name=name)
    records.note("group_added", [None], owner, actor=actor, now=now, after={"group": name})
    return row, True


def _to_change(scope: Scope, group: uuid.UUID, now: datetime) -> LearningGroup:
    """The learning group as it is once nobody else changes this organization's directory."""
    records.lock(directory.group_to_keep(scope, group).organization, now=now)
    return directory.group_to_keep(scope, group)
