"""What holds in an organization: its own policy, and the site's settings where it says nothing."""

from collections.abc import Collection

from ..data import LatePolicy, Policy, Unenrollment
from ..host import lms
from ..models import OrganizationPolicy
from ..rules import deadlines
from ..settings import setting


def policies(organization_ids: Collection[int]) -> dict[int, Policy]:
    """The policy of each organization, in one query."""
    rows = {row.organization_id: row for row in OrganizationPolicy.objects.filter(organization_id__in=organization_ids)}
    return {id: _policy(rows.get(id)) for id in organization_ids}


def policy(organization_id: int) -> Policy:
    """The policy of one organization."""
    return policies([organization_id])[organization_id]


def _policy(row: OrganizationPolicy | None) -> Policy:
    own = row or OrganizationPolicy()
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


def deadline_zones(learner_ids: Collection[int], policy: Policy) -> dict[int, str]:
    """The IANA zone in which each learner's due days end under this policy: one query."""
    preferred = lms.time_zones(learner_ids)
    return {learner_id: deadlines.zone_of(policy, preferred.get(learner_id)) for learner_id in learner_ids}
