"""Sent, plainly, while an account is retired: a receiver that raises fails the retirement."""

from django.dispatch import Signal

# user, email (the original one), new_email
USER_RETIRE_MAILINGS = Signal()
# user, retired_username, retired_email; before either is replaced
USER_RETIRE_LMS_CRITICAL = Signal()
# user
USER_RETIRE_LMS_MISC = Signal()
