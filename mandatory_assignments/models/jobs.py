"""Work on many at once that somebody planned and confirmed: the job, and one row for each that it is about."""

import uuid

from django.conf import settings
from django.db import models

from ..data import Bucket, JobKind, JobState, RowState


class Job(models.Model):
    """What is to be done to many, by whom, and how far that has come.

    `terms` are the fields as the verb takes them, as JSON. `total` rows are to be worked on, `done` of them are, and
    `created`, `skipped` and `failed` add up to that. A worker claims a job by moving `next_at` to the end of its lease
    and writing its `claim`. `language` is the one in which reasons are put down.

    .. pii: `terms` may hold a note that speaks about people, and `problem` what was typed; deleted with the job.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in JobKind])
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(max_length=255, blank=True)
    terms = models.JSONField(default=dict)
    language = models.CharField(max_length=16, blank=True)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in JobState], default=JobState.PLANNED.value
    )
    problem = models.TextField(blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claim = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "seen_at", "confirmed_at"], name="ma_job_of_actor")]


class JobRow(models.Model):
    """One of those a job is about. `bucket` is what the plan says of it, `state` what became of it.

    `code` and `message` say why it was skipped, refused or failed; `entry` is what somebody typed or uploaded, and
    `values` what was read from a line of a file.

    .. pii: `entry`, `message` and `values` may hold a username, an address or a name; blanked on retirement.
    .. pii_types: username, email_address, name
    .. pii_retirement: local_api
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    bucket = models.CharField(max_length=10, choices=[(bucket.value, bucket.value) for bucket in Bucket])
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in RowState], default=RowState.WAITING.value
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    assignment = models.ForeignKey(
        "Assignment", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    entry = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=50, blank=True)
    message = models.TextField(blank=True)
    values = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="ma_job_row")]
        indexes = [models.Index(fields=["job", "bucket", "state", "number"], name="ma_job_rows")]
