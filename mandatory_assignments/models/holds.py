"""Times in which somebody is obliged to nothing: an exemption of one assignment, a person's absence. Never deleted."""

import uuid

from django.conf import settings
from django.db import models

from ..data import HoldKind


class Absence(models.Model):
    """Somebody is away from the first to the last day: the organization's open assignments are paused.

    `live` is True until it was ended early or another took its place, and None afterwards: one at a time.

    .. pii: `reason` may speak about the person; blanked on retirement.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    live = models.BooleanField(null=True, default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "learner", "live"], name="ma_one_absence"),
        ]


class Hold(models.Model):
    """A cycle obliges nobody from its first instant on and before its last, None = without end.

    `ended_at` is when somebody ended it early. `version_before` and `version_after` are the deadline versions before
    and with it: they are the same when it did not move the deadline.

    .. pii: `reason` may speak about the learner; blanked on retirement.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    cycle = models.ForeignKey("Cycle", on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in HoldKind])
    absence = models.ForeignKey(Absence, null=True, blank=True, on_delete=models.RESTRICT, related_name="holds")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    version_before = models.PositiveIntegerField()
    version_after = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
