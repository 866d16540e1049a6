"""Who did what, when, to whom and why: only ever added."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One change. It outlives the deletion of everything it names; `actor` None is the system.

    .. pii: `actor_name` is the actor's username as it was, and `why` may speak about the learner; both are blanked on
        retirement, and so are notes and names inside before and after.
    .. pii_types: username, other
    .. pii_retirement: local_api
    """

    at = models.DateTimeField(db_index=True)
    act = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=150, blank=True)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="+",
    )
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    training = models.ForeignKey("Training", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    assignment = models.ForeignKey("Assignment", null=True, blank=True, on_delete=models.SET_NULL, related_name="audit")
    why = models.TextField(blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["organization", "at"], name="ma_audit_of_organization")]
