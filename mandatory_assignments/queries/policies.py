"""What holds in an organization: its own policy, and the site's settings where it says nothing."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from ..data import LatePolicy, Policy, Reminder, Role, Unenrollment
from ..host import lms
from ..models import Cycle, OrganizationPolicy, ReminderRule, ReminderSet
from ..rules import deadlines, reminders
from ..rules import policies as rules
from ..settings import setting

FIELDS = rules.FIELDS
SILENT = {field: rules.empty(field) for field in FIELDS}
"""What an organization says that leaves everything to the site."""

MOST_LEAD_DAYS, MOST_GRACE_DAYS = rules.NUMBERS["min_lead_days"], rules.NUMBERS["grace_days"]


def own_words(organization_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What each organization says itself, by field (rules.policies), in one query; empty where it says nothing."""
    rows = {row.organization_id: row for row in OrganizationPolicy.objects.filter(organization_id__in=organization_ids)}
    return {id: {field: getattr(_own(rows.get(id)), field) for field in rules.FIELDS} for id in organization_ids}


def effective(own: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields with what holds where the organization says nothing; `zone` is a zone in any case."""
    found = asdict(_policy(OrganizationPolicy(**own)))
    zone = deadlines.first_zone(found["zone"], found["site_zone"])
    return {field: zone if field == "zone" else found[field] for field in own}


def says_nothing(own: Mapping[str, Any]) -> bool:
    """Whether this leaves everything to the site."""
    return dict(own) == SILENT


def policies(organization_ids: Collection[int]) -> dict[int, Policy]:
    """The policy of each organization, in one query."""
    rows = {row.organization_id: row for row in OrganizationPolicy.objects.filter(organization_id__in=organization_ids)}
    return {id: _policy(rows.get(id)) for id in organization_ids}


def policy(organization_id: int) -> Policy:
    """The policy of one organization."""
    return policies([organization_id])[organization_id]


def _own(row: OrganizationPolicy | None) -> OrganizationPolicy:
    return row or OrganizationPolicy()


def _policy(row: OrganizationPolicy | None) -> Policy:
    own = _own(row)
    return Policy(
        zone=own.zone,
        deadline_zone=own.deadline_zone or setting("DEADLINE_ZONE"),
        site_zone=setting("SITE_ZONE"),
        min_lead_days=setting("MIN_LEAD_DAYS") if own.min_lead_days is None else own.min_lead_days,
        late_policy=LatePolicy(own.late_policy or setting("LATE_POLICY")),
        grace_days=setting("GRACE_DAYS") if own.grace_days is None else own.grace_days,
        unenrollment=Unenrollment(own.unenrollment or setting("UNENROLLMENT")),
        reminders=own.reminders or setting("REMINDERS"),
        force_email=setting("FORCE_EMAIL") if own.force_email is None else own.force_email,
        sender_name=own.sender_name or setting("SENDER_NAME"),
        sender_address=own.sender_address or setting("SENDER_ADDRESS"),
    )


def known_sets(organization_id: int) -> list[str]:
    """The names of the sets that an organization may choose: everybody's, and its own by name."""
    own = ReminderSet.objects.filter(organization_id=organization_id).exclude(name="").order_by("name")
    return [*reminders.SETS, *own.values_list("name", flat=True)]


def default_reminders(policy: Policy, organization_id: int) -> tuple[Reminder, ...]:
    """The rules of a new assignment that names none: a set that everybody knows, or one that the organization keeps."""
    if policy.reminders in reminders.SETS:
        return reminders.SETS[policy.reminders]
    row = ReminderSet.objects.filter(organization_id=organization_id, name=policy.reminders).first()
    return reminder_rules(row.id) if row else ()


def reminder_rules(set_id: int) -> tuple[Reminder, ...]:
    """The rules of a set that an organization keeps, as they are now."""
    rows = ReminderRule.objects.filter(reminder_set_id=set_id).select_related("template").order_by("position")
    return tuple(reminder(row) for row in rows)


def reminder(row: ReminderRule) -> Reminder:
    """A stored rule as plain data."""
    return Reminder(
        days=row.days,
        recipients=tuple(Role(name) for name in row.recipients.split(",") if name),
        template=str(row.template.uuid) if row.template else "",
        repeat_every=row.repeat_every,
        cap=row.cap,
    )


def deadline_zones(learner_ids: Collection[int], policy: Policy) -> dict[int, str]:
    """The IANA zone in which each learner's due days end under this policy: one query."""
    preferred = lms.time_zones(learner_ids)
    return {learner_id: deadlines.zone_of(policy, preferred.get(learner_id)) for learner_id in learner_ids}


def zones_of(cycles: Collection[Cycle]) -> dict[int, str]:
    """By cycle the IANA zone in which its learner's due days end now: two queries for all."""
    rules = policies({cycle.organization_id for cycle in cycles})
    preferred = lms.time_zones({cycle.learner_id for cycle in cycles})
    return {
        cycle.id: deadlines.zone_of(rules[cycle.organization_id], preferred.get(cycle.learner_id)) for cycle in cycles
    }
