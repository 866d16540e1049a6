"""The shapes of answers about compliance and the audit trail, for the OpenAPI document alone."""

from rest_framework.serializers import CharField, DateField, DateTimeField, DictField, IntegerField, UUIDField

from ...queries.reports import GroupBy
from .answers import Answer, Named, one_of, page_of


class ComplianceNumbers(Answer):
    """How many assignments stand where: each once, by its latest round; what was withdrawn is left out.

    `late` are among the completed ones; `recorded_later` are counted elsewhere, too. `rate` is the percent of completed
    and exempt among completed, exempt, overdue and missed, null where there are none.
    """

    assigned = IntegerField(min_value=0)
    completed = IntegerField(min_value=0)
    late = IntegerField(min_value=0)
    exempt = IntegerField(min_value=0)
    overdue = IntegerField(min_value=0)
    missed = IntegerField(min_value=0)
    open = IntegerField(min_value=0)
    paused = IntegerField(min_value=0)
    recorded_later = IntegerField(min_value=0)
    rate = IntegerField(min_value=0, max_value=100, allow_null=True)


class ComplianceRow(ComplianceNumbers):
    """The numbers of one organization (`id`: short name), department or training (`id`: uuid).

    `id` is null for those who are in none of the departments.
    """

    id = CharField(allow_null=True)
    name = CharField()


class Compliance(page_of(ComplianceRow)):  # type: ignore[misc]
    """A page of the rows by name, and what all of them come to: somebody in several departments counts once there."""

    as_of = DateField(allow_null=True)
    group_by = one_of(GroupBy)
    total = ComplianceNumbers()


class AuditedTraining(Answer):
    """The training that an entry is about."""

    id = UUIDField()
    name = CharField()


class AuditEntry(Answer):
    """Something that was done. `actor` is null where the system did it, or the account is gone: see `actor_name`."""

    at = DateTimeField()
    act = CharField()
    text = CharField(help_text="In words, in the caller's language.")
    actor = Named(allow_null=True)
    actor_name = CharField(allow_blank=True)
    learner = Named(allow_null=True)
    training = AuditedTraining(allow_null=True)
    organization = CharField(allow_null=True)
    assignment = UUIDField(allow_null=True)
    why = CharField(allow_blank=True)
    before = DictField()
    after = DictField()
