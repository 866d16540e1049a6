"""What people did: completions are facts and only ever added, progress is derived and can be thrown away."""

import uuid

from django.conf import settings
from django.db import models

from ..data import Source


class Completion(models.Model):
    """The fact "this person completed this training": when it happened, when and from where we know.

    Never edited or deleted. `epoch` is the id of the evidence floor in force, 0 when none; `day_key` is empty for what
    the platform shows; `live` is True while the completion counts and None afterwards. Together they are the key that
    makes repeating the same completion impossible.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    training = models.ForeignKey("Training", on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=[(source.value, source.value) for source in Source])
    epoch = models.BigIntegerField(default=0)
    day_key = models.CharField(max_length=10, blank=True, default="")
    live = models.BooleanField(null=True, default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "training", "source", "epoch", "day_key", "live"], name="ma_one_completion"
            ),
        ]


class Progress(models.Model):
    """How far a person is in a training, as last looked at. Percent is rounded down, None when nothing counts.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    training = models.ForeignKey("Training", on_delete=models.CASCADE, related_name="+")
    units_done = models.PositiveIntegerField()
    units_total = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "training"], name="ma_one_progress")]
