"""What can be assigned or recorded."""

import uuid

from django.db import models

from ..data import Criterion, TrainingKind


class Training(models.Model):
    """A course run that somebody assigned. `organization` is its owner on the platform, None when nobody owns it.

    `name` is the platform's, kept so that history survives the course's deletion; reconcile refreshes it.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in TrainingKind])
    key = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    criterion = models.CharField(
        max_length=20, choices=[(name.value, name.value) for name in Criterion], default=Criterion.CONTENT.value
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
