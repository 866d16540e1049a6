"""Obligations: the assignment, its rounds (cycles), every deadline a round ever had, and the enrolments it needs.

Status is no column: it is judged from these facts and `now` (rules.standing, queries.standing).
"""

import uuid

from django.conf import settings
from django.db import models

from ..data import EnrollmentState, PriorWork, Status


class Assignment(models.Model):
    """One learner, one training, one assigning organization. `open` is True while it lives and None afterwards.

    .. pii: the note may speak about the learner; blanked on retirement.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    training = models.ForeignKey("Training", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True)
    notify_by_email = models.BooleanField(default=True)
    prior_work = models.CharField(
        max_length=10, choices=[(name.value, name.value) for name in PriorWork], default=PriorWork.COUNT.value
    )
    open = models.BooleanField(null=True, default=True)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "training", "organization", "open"], name="ma_one_open_assignment"
            ),
        ]


class Cycle(models.Model):
    """One round of an assignment with its present deadline. `open` is True while it runs and None afterwards.

    The columns from `organization` on repeat what other rows say, so that a list reads this table alone; the strokes
    in records/ write both together. `attention` is a reason code or empty.

    .. pii: `sort_name` holds the learner's name; blanked on retirement.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="cycles")
    number = models.PositiveIntegerField(default=1)
    opens_at = models.DateTimeField()
    due_on = models.DateField()
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    deadline_version = models.PositiveIntegerField(default=1)
    open = models.BooleanField(null=True, default=True)
    closed_as = models.CharField(max_length=10, blank=True, choices=[(Status.COMPLETED.value, "completed")])
    closed_at = models.DateTimeField(null=True, blank=True)
    fulfilled_by = models.ForeignKey("Completion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey("Training", on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    assigned_at = models.DateTimeField()
    sort_name = models.CharField(max_length=255)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    units_done = models.PositiveIntegerField(default=0)
    units_total = models.PositiveIntegerField(default=0)
    attention = models.CharField(max_length=30, blank=True)
    reopened = models.BooleanField(default=False)
    regraded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "open"], name="ma_one_open_cycle"),
            models.UniqueConstraint(fields=["assignment", "number"], name="ma_cycle_number"),
        ]
        indexes = [
            models.Index(fields=["learner", "open", "due_at", "id"], name="ma_cycle_learner"),
            models.Index(fields=["training", "learner", "open"], name="ma_cycle_training"),
            *[
                models.Index(fields=[*leading, "open", column, "id"], name=f"ma_cycle_{prefix}{column}")
                for leading, prefix in (([], ""), (["organization"], "org_"))
                for column in ("due_at", "assigned_at", "percent", "sort_name")
            ],
        ]


class Deadline(models.Model):
    """Every deadline a cycle ever had; the highest version is the present one. `recorded_at` is when it took effect.

    .. no_pii:
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="deadlines")
    version = models.PositiveIntegerField()
    due_on = models.DateField()
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "version"], name="ma_deadline_version")]


class Reopening(models.Model):
    """A completed cycle was opened again because its completion was revoked; `ended_at` when that was undone.

    `closed_at`, the units and `deadline_version` hold the cycle as it was, so that undoing restores it.

    .. no_pii:
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="reopenings")
    floor = models.ForeignKey("EvidenceFloor", on_delete=models.PROTECT, related_name="reopenings")
    completion = models.ForeignKey("Completion", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    units_done = models.PositiveIntegerField()
    units_total = models.PositiveIntegerField()
    deadline_version = models.PositiveIntegerField()
    reopened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class RequiredEnrollment(models.Model):
    """An enrolment that an assignment needs, and how far it has come: work to do while `next_at` is set.

    `made` tells that the enrolment is ours. A worker claims rows by moving `next_at` to the end of its lease and
    writing its `claim` (records.work).

    .. no_pii:
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="enrollments")
    course_key = models.CharField(max_length=255)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in EnrollmentState],
        default=EnrollmentState.PENDING.value,
    )
    reason = models.CharField(max_length=30, blank=True)
    made = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claim = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "course_key"], name="ma_required_enrollment")]
