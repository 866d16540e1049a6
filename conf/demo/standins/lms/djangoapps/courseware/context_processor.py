"""The zone a person's dates are shown in."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from openedx.core.djangoapps.user_api.models import UserPreference


def get_user_timezone_or_last_seen_timezone_or_utc(user: Any) -> ZoneInfo:
    """The preferred zone, UTC where there is none or it is no zone."""
    name = UserPreference.get_value(user, "time_zone") if user.is_authenticated else None
    return ZoneInfo(name if name in available_timezones() else "UTC")
