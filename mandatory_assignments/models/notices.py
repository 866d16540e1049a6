"""What people are told: reminder rules and texts that staff keep, every notice there was, and who wants no mail.

A notice is shown in the platform and goes out as a mail; its row is the mail's state and cannot be there twice.
"""

import uuid

from django.conf import settings
from django.db import models

from ..data import NoticeKind, NoticeState, Role


class EmailTemplate(models.Model):
    """A text that staff wrote for a kind of notice; without organization it is the site's.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    owner_key = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in NoticeKind])
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_key", "name"], name="ma_one_template")]

    def __str__(self) -> str:
        return self.name


class TemplateText(models.Model):
    """A template's subject and body in one language; the language is empty for all that have no text of their own.

    .. no_pii:
    """

    template = models.ForeignKey(EmailTemplate, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=255)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="ma_one_template_text")]


class ReminderSet(models.Model):
    """Some reminder rules. Those of assignments are never changed, and shared by all that have the same ones.

    `key` is what makes a set one of its kind: for assignments a digest of the rules, for a set that an organization
    keeps to choose from its short name and the set's name.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=255, unique=True)

    def __str__(self) -> str:
        return self.name or self.key


class ReminderRule(models.Model):
    """A rule of a set: days before the due date, negative after it; `recipients` are roles joined by commas.

    .. no_pii:
    """

    reminder_set = models.ForeignKey(ReminderSet, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    days = models.SmallIntegerField()
    recipients = models.CharField(max_length=50, default=Role.STUDENT.value)
    template = models.ForeignKey(EmailTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    repeat_every = models.PositiveSmallIntegerField(null=True, blank=True)
    cap = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reminder_set", "position"], name="ma_rule_position")]


class Notice(models.Model):
    """Something that one person is told. `dedup_key` makes it impossible to tell it twice.

    `next_at` is when there is something to do about its mail: to send it, to take it back from a worker that died, to
    try again; None when there is nothing. `mail` is the mail that carried it, which may carry several.
    `shown_at` is since when the inbox shows it, None for what staff alone see in the log.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in NoticeKind])
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    organization = models.ForeignKey(
        "organizations.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    cycle = models.ForeignKey("Cycle", null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    deadline_version = models.PositiveIntegerField(default=0)
    slot = models.CharField(max_length=50, blank=True)
    slot_at = models.DateTimeField()
    template = models.ForeignKey(EmailTemplate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    facts = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in NoticeState],
        default=NoticeState.WAITING.value,
    )
    reason = models.CharField(max_length=30, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    mail = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    dedup_key = models.CharField(max_length=255, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="ma_notice_next"),
            models.Index(fields=["recipient", "shown_at", "id"], name="ma_notice_inbox"),
        ]


class NoticePreference(models.Model):
    """Whether a person wants mails about mandatory assignments; without a row they do.

    .. no_pii:
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    email = models.BooleanField(default=True)
    changed_at = models.DateTimeField()


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar program finds their due dates; a new secret ends the old.

    .. no_pii:
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    secret = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
