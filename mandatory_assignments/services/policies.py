"""What an organization wants otherwise than the site: zones, lead, late work, whether learners may leave courses."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Invalid, Outcome, Problem
from ..models import OrganizationPolicy
from ..queries import directory, operations, policies
from ..records import directory as records
from ..rules import policies as rules
from ..verb import verb


@verb()
def set_policy(organization: str, *, fields: Mapping[str, Any], actor: Any = None, now: datetime) -> Outcome:
    """Changes what the organization (short name) says itself: fields as in rules.policies, empty = as the site says.

    It holds for what is assigned from now on. Open deadlines keep their late policy and follow a new zone when they are
    looked at nightly. The short name is in `changed`, or in `unchanged`. Raises Forbidden when the actor does not
    coordinate it; Invalid `unknown_organization`, `unknown_field`, `bad_zone`, `bad_choice`, `bad_number`,
    `unknown_set`, `bad_text`, `bad_address`.
    """
    owner = directory.organization_to_keep(directory.keeper(actor), organization)
    problems = list(_problems(fields, policies.known_sets(owner.id) if "reminders" in fields else ()))
    if problems:
        raise Invalid(*problems)
    records.lock(owner, now=now)
    before = policies.own_words([owner.id])[owner.id]
    after = {**before, **fields}
    if after == before:
        return Outcome(unchanged=[owner.short_name])
    differing = [field for field in rules.FIELDS if before[field] != after[field]]
    if policies.says_nothing(after):
        OrganizationPolicy.objects.filter(organization=owner).delete()
    else:
        OrganizationPolicy.objects.update_or_create(organization=owner, defaults=after)
    records.note(
        "policy_changed",
        [None],
        owner,
        actor=actor,
        now=now,
        before={field: before[field] for field in differing},
        after={field: after[field] for field in differing},
    )
    return Outcome(changed=[owner.short_name])


def _problems(fields: Mapping[str, Any], sets: Collection[str]) -> Iterator[Problem]:
    for field, value in fields.items():
        if field not in rules.FIELDS:
            yield Problem("unknown_field", _("There is no such field."), field)
        elif not rules.may_be(field, value):
            yield _problem(field, value)
        elif field == "reminders" and value and value not in sets:
            message = _('There is no set of reminders "%(value)s"; there are %(sets)s.')
            yield Problem("unknown_set", message % {"value": value[:60], "sets": ", ".join(sets)}, field)
        elif field == "sender_address" and not operations.is_address_or_empty(value):
            yield _problem(field, value)


def _problem(field: str, value: Any) -> Problem:
    if field in rules.NUMBERS:
        message = _('"%(value)s" is not allowed: a whole number from 0 to %(most)d, or null for the site\'s own.')
        return Problem("bad_number", message % {"value": str(value)[:60], "most": rules.NUMBERS[field]}, field)
    if field in rules.CHOICES:
        message = _('"%(value)s" is not allowed: %(choices)s, or empty for the site\'s own.')
        return Problem(
            "bad_choice", message % {"value": str(value)[:60], "choices": ", ".join(rules.CHOICES[field])}, field
        )
    if field in rules.TRUTHS:
        message = _('"%(value)s" is not allowed: true, false, or null for the site\'s own.')
        return Problem("bad_choice", message % {"value": str(value)[:60]}, field)
    if field == "sender_address":
        message = _('"%(value)s" is no e-mail address: write one, or leave it empty.')
        return Problem("bad_address", message % {"value": str(value)[:60]}, field)
    if field in rules.TEXTS:
        message = _('"%(value)s" is not allowed: one line of at most %(most)d characters.')
        return Problem("bad_text", message % {"value": str(value)[:60], "most": rules.TEXTS[field]}, field)
    if field == "deadline_zone":
        message = _(
            '"%(value)s" is not allowed: learner, organization, site, an IANA zone such as Europe/Berlin, '
            "or empty for the site's own."
        )
    else:
        message = _('"%(value)s" is no zone: write an IANA zone such as Europe/Berlin, or leave it empty.')
    return Problem("bad_zone", message % {"value": str(value)[:60]}, field)
