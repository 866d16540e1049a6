"""What people did: completions, floors and archived blocks are facts and only ever added; progress is derived.

RESTRICT keeps what other facts rest on, and yet lets an account be deleted together with all of its own.
"""

import uuid

from django.conf import settings
from django.db import models

from ..data import FloorCause, ProgressState, Source, TrainingKind


class Completion(models.Model):
    """The fact "this person completed this training": when it happened, when and from where we know.

    Never edited or deleted, only revoked. `happened_on` is set for what is known as a day; `happened_at` is then the
    end of that local day, at most the moment of recording. `epoch` is the id of the training's floor in force, 0 when
    none; `day_key` is empty for what the platform shows, else the ISO day; `live` is True while the completion counts
    and None afterwards. Together they are the key that makes repeating the same completion impossible.

    .. pii: `reference` may speak about the learner; blanked on retirement.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    training = models.ForeignKey("Training", on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    happened_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=10, choices=[(source.value, source.value) for source in Source])
    reference = models.CharField(max_length=255, blank=True)
    grade = models.FloatField(null=True, blank=True)
    epoch = models.BigIntegerField(default=0)
    day_key = models.CharField(max_length=10, blank=True, default="")
    live = models.BooleanField(null=True, default=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_with = models.ForeignKey(
        "EvidenceFloor", null=True, blank=True, on_delete=models.RESTRICT, related_name="revoked_completions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "training", "source", "epoch", "day_key", "live"], name="ma_one_completion"
            ),
        ]


class EvidenceFloor(models.Model):
    """For this person and training only what happened after `since` counts. Append-only; lifted, never deleted.

    `cycle` is set for cause cycle. `why` is the reason that staff gave.

    .. pii: `why` may speak about the learner; blanked on retirement.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    training = models.ForeignKey("Training", on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey("Cycle", null=True, blank=True, on_delete=models.CASCADE, related_name="floors")
    since = models.DateTimeField()
    cause = models.CharField(max_length=10, choices=[(cause.value, cause.value) for cause in FloorCause])
    why = models.TextField(blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["learner", "training"], name="ma_floor")]


class EvidenceArchive(models.Model):
    """A finished block whose row the platform's table had to lose so that it can be done again.

    .. no_pii:
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.CharField(max_length=255)
    block_key = models.CharField(max_length=255)
    block_type = models.CharField(max_length=64)
    completed_at = models.DateTimeField()
    archived_at = models.DateTimeField()
    floor = models.ForeignKey(EvidenceFloor, on_delete=models.RESTRICT, related_name="archived")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "block_key", "completed_at"], name="ma_archived_once"),
        ]
        indexes = [models.Index(fields=["learner", "course_key"], name="ma_archive")]


class GradeSeen(models.Model):
    """When passing was first seen in an epoch: the platform's own instant never moves, whatever happens later.

    .. no_pii:
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.CharField(max_length=255)
    epoch = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "course_key", "epoch"], name="ma_passing_seen_once")]


class Progress(models.Model):
    """How far a person is in a training, as last looked at. Percent is rounded down, None when nothing counts.

    `state` is empty where nothing was begun since it had to be done anew, and nothing is recorded as completed.
    `completed_at`, `completed_on` and `source` tell of the completion in force, `recent_at` when anything happened
    last. `kind` is the training's, for the index.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    training = models.ForeignKey("Training", on_delete=models.CASCADE, related_name="+")
    units_done = models.PositiveIntegerField()
    units_total = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(
        max_length=10, blank=True, default="", choices=[(kind.value, kind.value) for kind in TrainingKind]
    )
    state = models.CharField(
        max_length=11, blank=True, default="", choices=[(state.value, state.value) for state in ProgressState]
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    source = models.CharField(
        max_length=10, blank=True, default="", choices=[(source.value, source.value) for source in Source]
    )
    recent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "training"], name="ma_one_progress")]
        indexes = [
            # In the order of the lists, and with what they filter by, so that a rare state is found in the index.
            models.Index(fields=["kind", "recent_at", "id", "state", "learner", "training"], name="ma_progress_recent"),
            models.Index(fields=["training", "recent_at", "id", "state", "learner"], name="ma_progress_of_training"),
            models.Index(fields=["learner", "kind", "recent_at"], name="ma_progress_of_learner"),
        ]
