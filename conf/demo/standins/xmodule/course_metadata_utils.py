"""Defaults of courses."""

from datetime import UTC, datetime

# A course without a start is one that nobody can see yet.
DEFAULT_START_DATE = datetime(2030, 1, 1, tzinfo=UTC)
