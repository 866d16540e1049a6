"""Who belongs to an organization, who coordinates it, and who manages whom; departments and groups are verbs elsewhere.

Without actor the system acts. People are named by id where a script knows them, else by username or e-mail.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, Invalid, Outcome, Problem
from ..queries import directory, people
from ..records import directory as records
from ..verb import verb


@verb()
def add_organization_members(
    organization: str, user_ids: Collection[int], *, actor: Any = None, now: datetime
) -> Outcome:
    """Makes these people members of the organization (short name); `created` holds the ids of the new ones.

    Raises Invalid `unknown_organization`; Forbidden for everybody but global staff.
    """
    owner = directory.organization_to_keep(directory.global_keeper(actor), organization)
    records.lock(owner, now=now)
    return Outcome(created=records.add_members(owner, user_ids, actor=actor, now=now))


@verb()
def change_organization_members(
    organization: str,
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes people (usernames or e-mails) members of the organization (short name), and takes others out of it.

    Who leaves also leaves its departments and groups, and neither manages nor is managed there any more; what was
    assigned stays. The outcome holds usernames (people.Named). Raises Forbidden when a coordinator adds somebody, who
    would learn so who has an account; Invalid `unknown_organization`, `too_many`, `named_twice`.
    """
    scope = directory.keeper(actor)
    if add and not scope.everything:
        message = _("Only global staff may add people to an organization.")
        raise Forbidden(Problem("forbidden", message, "add"))
    owner = directory.organization_to_keep(scope, organization)
    records.lock(owner, now=now)
    named = people.named(add, remove, within=people.everybody(), remove_within=people.members_of(owner.id))
    came = records.add_members(owner, named.coming, actor=actor, now=now)
    gone = records.remove_members(owner, named.going, actor=actor, now=now)
    return named.outcome(came, gone)


@verb()
def appoint_coordinators(organization: str, user_ids: Collection[int], *, actor: Any = None, now: datetime) -> Outcome:
    """Lets these people assign for the organization (short name); `created` holds the ids of the new ones.

    Raises as `change_coordinators`.
    """
    owner = directory.organization_to_keep(directory.global_keeper(actor), organization)
    records.lock(owner, now=now)
    return Outcome(created=records.appoint_coordinators(owner, user_ids, actor=actor, now=now))


@verb()
def change_coordinators(
    organization: str,
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Appoints people (usernames or e-mails) coordinators of the organization (short name), and dismisses others.

    A coordinator need not belong to it. The outcome holds usernames. Raises Forbidden for everybody but global staff;
    Invalid `unknown_organization`, `too_many`, `named_twice`.
    """
    owner = directory.organization_to_keep(directory.global_keeper(actor), organization)
    records.lock(owner, now=now)
    named = people.named(add, remove, within=people.everybody())
    came = records.appoint_coordinators(owner, named.coming, actor=actor, now=now)
    gone = records.dismiss_coordinators(owner, named.going, actor=actor, now=now)
    return named.outcome(came, gone)


@verb()
def appoint_managers(
    manager_ids: Collection[int],
    *,
    organization: str,
    person_id: int,
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Makes these people managers of one person in the organization; of a department: `save_department`.

    `created` holds the ids of the new ones. Raises Forbidden; Invalid `unknown_organization`, and `unknown_learner` for
    an actor who names somebody outside the organization.
    """
    scope = directory.keeper(actor)
    owner = directory.organization_to_keep(scope, organization)
    people.check_members(owner.id, [*manager_ids, person_id], scope)
    records.lock(owner, now=now)
    return Outcome(created=records.appoint_managers(owner, manager_ids, person_id=person_id, actor=actor, now=now))


@verb()
def change_managers(
    person: str,
    *,
    organization: str | None = None,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Any = None,
    now: datetime,
) -> Outcome:
    """Gives a member (username or e-mail) of the organization managers of their own, and takes others from them.

    Managers are members, too; who is to manage themselves is refused as `own_manager`. The organization may be left out
    when the person belongs to only one that the actor keeps. The outcome holds usernames. Raises Forbidden; Invalid
    `unknown_organization`, `organization_required`, `unknown_learner` (field `person`), `too_many`, `named_twice`.
    """
    scope = directory.keeper(actor)
    kept = directory.kept(scope)
    if organization:
        kept = kept.filter(id=directory.organization_to_keep(scope, organization).id)
    found = people.learners([person], within=people.members_of(*kept.values_list("id", flat=True)), inactive_too=True)
    if person not in found:
        raise Invalid(people.unknown_learner(person, "person"))
    looked_after = found[person]
    owners = list(kept.filter(id__in=people.organizations_of(looked_after.id)))
    if len(owners) > 1:
        message = _("This person belongs to several organizations: name the one that is meant.")
        raise Invalid(Problem("organization_required", message, "organization"))
    (owner,) = owners
    records.lock(owner, now=now)
    members = people.members_of(owner.id)
    managing = directory.managing(owner.id, person_id=looked_after.id)
    named = people.named(add, remove, within=members, remove_within=members | managing)
    if looked_after.id in named.coming:
        own = Problem("own_manager", _("Nobody manages themselves."), "add")
        others = {id: username for id, username in named.coming.items() if id != looked_after.id}
        named = replace(named, coming=others, refused=[*named.refused, (looked_after.username, own)])
    came = records.appoint_managers(owner, named.coming, person_id=looked_after.id, actor=actor, now=now)
    gone = records.dismiss_managers(owner, named.going, person_id=looked_after.id, actor=actor, now=now)
    return named.outcome(came, gone)
