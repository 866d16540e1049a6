"""What is sent and answered about directory syncs."""

from typing import Any

from rest_framework import serializers

from ...data import JobState
from ...queries import syncs
from .answers import Answer, one_of
from .input import Choice, StrictSerializer, Text
from .schedule_input import Whole


class NewSync(StrictSerializer):
    """The parts of `POST directory-syncs/`: a CSV file, and which of its columns decide."""

    organization = Text()
    file = serializers.FileField(allow_empty_file=True)
    parts = serializers.ListField(child=Choice(syncs.PARTS), required=False, default=lambda: ["departments", "groups"])
    complete = serializers.BooleanField(required=False, default=False)

    class Meta:
        ref_name = "MandatoryAssignmentsNewSync"


class ConfirmedSync(StrictSerializer):
    """The body of `POST directory-syncs/{id}/confirm/`."""

    typed_count = Whole(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsConfirmedSync"


class SyncRowsQuery(StrictSerializer):
    """The query parameters of a sync's rows."""

    kind = Choice(syncs.KINDS, required=False, default="")

    class Meta:
        ref_name = "MandatoryAssignmentsSyncRowsQuery"


class Detected(Answer):
    """How the file is written."""

    encoding = serializers.CharField()
    delimiter = serializers.CharField()


class SyncCounts(Answer):
    """How many people, and lines that cannot be done, are in each part of the plan."""

    joining = serializers.IntegerField()
    moving = serializers.IntegerField()
    leaving = serializers.IntegerField()
    managers = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    unchanged = serializers.IntegerField()


class Sync(Answer):
    """A plan to bring a directory to what a file says, and how far it has come.

    `to_type` is the number that has to be sent to confirm it, because so many leave; 0 where none has to be.
    """

    id = serializers.UUIDField()
    organization = serializers.CharField()
    state = one_of(JobState)
    parts = serializers.ListField(child=serializers.CharField())
    complete = serializers.BooleanField()
    detected = Detected()
    counts = SyncCounts()
    new_members = serializers.IntegerField()
    new_departments = serializers.ListField(child=serializers.CharField())
    new_groups = serializers.ListField(child=serializers.CharField())
    new_managers = serializers.IntegerField()
    to_type = serializers.IntegerField()
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    changed = serializers.IntegerField()
    failed = serializers.IntegerField()
    problem = serializers.CharField(allow_blank=True)


def sync(job: Any) -> dict[str, Any]:
    """The job as the API shows it."""
    names = ("organization", "parts", "complete", "detected", "new_members", "new_departments", "new_groups")
    return {
        "id": str(job.uuid),
        "state": job.state,
        **{name: job.terms[name] for name in (*names, "new_managers")},
        "counts": syncs.counts(job),
        "to_type": syncs.to_type(job),
        "total": job.total,
        "done": job.done,
        "changed": job.created,
        "failed": job.failed,
        "problem": job.problem,
    }
