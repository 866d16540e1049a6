"""The one place that asks what time it is. Only doors and the verb decorator call it; everybody else is told."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware, UTC."""
    return timezone.now()
