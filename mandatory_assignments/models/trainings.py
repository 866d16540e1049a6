"""What can be assigned or recorded, and what it is made of."""

import uuid

from django.db import models

from ..data import Criterion, Sharing, TrainingKind


class Training(models.Model):
    """A module (blocks of courses), a course run, or a path (courses in order).

    `key` is the course's key, or one of ours. `organization` owns it, None when nobody does: then only global staff use
    it. A course's `name` is the platform's, kept so that history survives the course; reconcile refreshes it. An
    `offline` training has no content: staff or an import complete it. `archived_at` is set when it is assigned no more.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in TrainingKind])
    key = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    context = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sharing = models.CharField(
        max_length=10, choices=[(name.value, name.value) for name in Sharing], default=Sharing.NONE.value
    )
    criterion = models.CharField(
        max_length=20,
        choices=[(name.value, name.value) for name in Criterion],
        default=Criterion.CONTENT_AND_PASSING.value,
    )
    offline = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="ma_training_name")]

    def __str__(self) -> str:
        return self.name


class TrainingPart(models.Model):
    """A course of a path, in order; only required ones have to be done.

    .. no_pii:
    """

    path = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="parts")
    course = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="in_paths")
    required = models.BooleanField(default=True)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "course"], name="ma_once_in_path")]
        ordering = ["position"]


class ModuleBlock(models.Model):
    """A section, subsection or unit of a module, in order.

    .. no_pii:
    """

    module = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="blocks")
    course_key = models.CharField(max_length=255, db_index=True)
    block_key = models.CharField(max_length=255)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["module", "block_key"], name="ma_once_in_module")]
        ordering = ["position"]


class TrainingShare(models.Model):
    """An organization with which a training is shared: its coordinators may assign it.

    .. no_pii:
    """

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="shares")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "organization"], name="ma_shared_once")]
