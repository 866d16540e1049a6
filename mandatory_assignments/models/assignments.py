"""Obligations: the assignment, its rounds (cycles), every deadline a round ever had, the enrolments it needs.

Status is no column: it is judged from these facts and `now` (rules.standing, queries.standing).
"""

import uuid
from enum import StrEnum

from django.conf import settings
from django.db import models

from ..data import (
    EnrollmentState,
    LatePolicy,
    PriorWork,
    RepeatAnchor,
    RepeatEvidence,
    RepeatUnit,
    Status,
    Unfinished,
)


def _names(of: type[StrEnum]) -> list[tuple[str, str]]:
    """The values of an enum as a column's choices."""
    return [(name.value, name.value) for name in of]


class Assignment(models.Model):
    """One learner, one training, one assigning organization. `open` is True while it lives and None afterwards.

    `lead_days` is how many days lay between assigning and the due date; extensions do not change it. Without
    `repeat_every` it does not come again. While `next_opens_at` is set a next cycle opens then, and
    `repetition_ended_at` tells when the series ended; until then it lives, also between two cycles. Repeated on the
    calendar, due days are counted from `anchor_on`; `grid_on` is that of the present cycle, whatever its extensions.

    .. pii: `note` may speak about the learner; blanked on retirement.
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
    prior_work = models.CharField(max_length=10, choices=_names(PriorWork), default=PriorWork.COUNT.value)
    late_policy = models.CharField(max_length=10, choices=_names(LatePolicy), default=LatePolicy.ACCEPT.value)
    grace_days = models.PositiveSmallIntegerField(default=0)
    lead_days = models.PositiveIntegerField(default=0)
    repeat_every = models.PositiveIntegerField(null=True, blank=True)
    repeat_unit = models.CharField(max_length=10, choices=_names(RepeatUnit), default=RepeatUnit.WEEKS.value)
    repeat_anchor = models.CharField(max_length=10, choices=_names(RepeatAnchor), default=RepeatAnchor.COMPLETION.value)
    repeat_unfinished = models.CharField(max_length=10, choices=_names(Unfinished), default=Unfinished.HOLD.value)
    repeat_evidence = models.CharField(
        max_length=10, choices=_names(RepeatEvidence), default=RepeatEvidence.CLEAR.value
    )
    reminder_set = models.ForeignKey("ReminderSet", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    repetition_ended_at = models.DateTimeField(null=True, blank=True)
    anchor_on = models.DateField(null=True, blank=True)
    grid_on = models.DateField(null=True, blank=True)
    next_opens_at = models.DateTimeField(null=True, blank=True, db_index=True)
    open = models.BooleanField(null=True, default=True)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "training", "organization", "open"], name="ma_one_open_assignment"
            ),
        ]


_HELD = ["exempt_from_at", "exempt_until_at", "paused_from_at", "paused_until_at"]
_JUDGED = ["due_on", "units_done", *_HELD]
_CLOSED_IN = ["closed_as", "organization"]
_SORTED = ["closed_as", "due_at", "id", "assigned_at", "percent", "sort_name", "organization", "due_on"]
"""What a list's indexes end with: whoever counts ten thousand rows must not look at the rows themselves."""


class Cycle(models.Model):
    """One round of an assignment with its present deadline. `open` is True while it runs and None afterwards.

    The columns from `organization` on repeat what other rows say, so that a list reads this table alone; the strokes
    in records/ write both together. `attention` is a reason code or empty. A hold covers the instants from its first
    on and before its last, None = without end. `cut_off_at` is the last instant whose evidence counts, None while all
    does; `frozen_at` is when what was done by then was stored. `next_reminder_at` is when reminders are to be worked
    out, which every change sets to now; `last_reminder_at` is when the learner was last reminded, in the inbox at
    least, whatever became of the mail. `deadline_revision` counts the revisions of the present version.
    `completed_on` is the day that decides about lateness: the one that was recorded, else that of `completed_at` in
    the zone.

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
    deadline_revision = models.PositiveIntegerField(default=0)
    cut_off_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    open = models.BooleanField(null=True, default=True)
    closed_as = models.CharField(
        max_length=10,
        blank=True,
        choices=[(status.value, status.value) for status in (Status.COMPLETED, Status.WITHDRAWN, Status.MISSED)],
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    fulfilled_by = models.ForeignKey("Completion", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    training = models.ForeignKey("Training", on_delete=models.PROTECT, related_name="+", db_index=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    assigned_at = models.DateTimeField()
    sort_name = models.CharField(max_length=255)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    units_done = models.PositiveIntegerField(default=0)
    units_total = models.PositiveIntegerField(default=0)
    exempt_from_at = models.DateTimeField(null=True, blank=True)
    exempt_until_at = models.DateTimeField(null=True, blank=True)
    paused_from_at = models.DateTimeField(null=True, blank=True)
    paused_until_at = models.DateTimeField(null=True, blank=True)
    last_reminder_at = models.DateTimeField(null=True, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True, db_index=True)
    attention = models.CharField(max_length=30, blank=True)
    reopened = models.BooleanField(default=False)
    regraded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "open"], name="ma_one_open_cycle"),
            models.UniqueConstraint(fields=["assignment", "number"], name="ma_cycle_number"),
        ]
        indexes = [
            models.Index(fields=["exempt_from_at", "exempt_until_at", *_CLOSED_IN], name="ma_cycle_exempted"),
            models.Index(fields=["paused_from_at", "paused_until_at", *_HELD[:2], *_CLOSED_IN], name="ma_cycle_absent"),
            models.Index(fields=["attention", *_CLOSED_IN], name="ma_cycle_troubled"),
            models.Index(fields=["learner", "next_reminder_at"], name="ma_cycle_reminders"),
            models.Index(fields=["closed_as", "last_reminder_at", "id"], name="ma_cycle_reminded"),
            models.Index(fields=["organization", "closed_as", "last_reminder_at", "id"], name="ma_cycle_org_reminded"),
            models.Index(fields=["frozen_at", "open", "cut_off_at"], name="ma_cycle_cut_off"),
            models.Index(fields=["learner", *_SORTED, "training", *_HELD, "completed_on"], name="ma_cycle_of_learner"),
            models.Index(fields=["training", *_SORTED, "learner", *_HELD, "completed_on"], name="ma_cycle_in_training"),
            models.Index(fields=["number", "assignment", "organization", "training", "learner"], name="ma_cycle_later"),
            *[
                models.Index(
                    fields=[*leading, "closed_as", column, "id", *ending], name=f"ma_cycle_{prefix}by_{column}"
                )
                for leading, prefix in (([], ""), (["organization"], "org_"))
                for column, ending in (
                    ("due_at", [*_JUDGED, "learner", "training", "completed_on"]),
                    ("sort_name", ["due_at", *_JUDGED]),
                    ("assigned_at", []),
                    ("percent", []),
                )
            ],
        ]


class Deadline(models.Model):
    """Every deadline a cycle ever had; the highest version and revision is the present one.

    `recorded_at` is when it took effect. A revision is the same due day in another zone, or thawed
    by another late policy. `frozen_units_done` and
    `frozen_units_total` are what counted when the late policy froze the cycle, None while it has not.

    .. no_pii:
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="deadlines")
    version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=0)
    due_on = models.DateField()
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    frozen_units_done = models.PositiveIntegerField(null=True, blank=True)
    frozen_units_total = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "version", "revision"], name="ma_deadline_version")]


class Reopening(models.Model):
    """A completed cycle was opened again because its completion was revoked; `ended_at` when that was undone.

    `closed_at`, the units and `deadline_version` hold the cycle as it was, so that undoing restores it.

    .. no_pii:
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="reopenings")
    floor = models.ForeignKey("EvidenceFloor", on_delete=models.RESTRICT, related_name="reopenings")
    completion = models.ForeignKey("Completion", on_delete=models.RESTRICT, related_name="+")
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
        choices=_names(EnrollmentState),
        default=EnrollmentState.PENDING.value,
    )
    reason = models.CharField(max_length=30, blank=True)
    made = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claim = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "course_key"], name="ma_required_enrollment")]
