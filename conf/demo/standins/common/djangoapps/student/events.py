"""How a person is written into public events."""

from typing import Any

from openedx_events.learning.data import UserData, UserPersonalData


def user_data(user: Any) -> UserData:
    """The person with name and address; needs a profile."""
    pii = UserPersonalData(username=user.username, email=user.email, name=user.profile.name)
    return UserData(id=user.id, is_active=user.is_active, pii=pii)
