"""The mail backend of the demo: files in the outbox, dated by the campus's clock instead of the real one."""

from collections.abc import Sequence
from email.utils import format_datetime

from django.core.mail import EmailMessage
from django.core.mail.backends import filebased
from django.utils import timezone


class EmailBackend(filebased.EmailBackend):
    """Django's file-based backend; a mail that names no date gets the campus's."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many mails were written."""
        for message in email_messages:
            message.extra_headers.setdefault("Date", format_datetime(timezone.now()))
        return super().send_messages(email_messages)
