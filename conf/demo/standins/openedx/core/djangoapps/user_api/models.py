"""What a person prefers, one row per key."""

from typing import Any

from django.conf import settings
from django.db import models


class UserPreference(models.Model):
    """One preference of one person, text only.

    .. no_pii:
    """

    KEY_REGEX = r"[-_a-zA-Z0-9]+"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="preferences", on_delete=models.CASCADE)
    key = models.CharField(max_length=255, db_index=True)
    value = models.TextField()

    class Meta:
        unique_together = ("user", "key")

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"

    @staticmethod
    def get_all_preferences(user: Any) -> dict[str, str]:
        """All that this person prefers."""
        return dict(UserPreference.objects.filter(user=user).values_list("key", "value"))

    @classmethod
    def get_value(cls, user: Any, preference_key: str, default: Any = None) -> Any:
        """The value, or `default` where the person has not chosen."""
        return cls.objects.filter(user=user, key=preference_key).values_list("value", flat=True).first() or default

    @classmethod
    def get_preference_for_users(cls, user_ids: Any, preference_key: str) -> models.QuerySet:
        """The rows of all these people who have chosen; one query."""
        return cls.objects.filter(user_id__in=user_ids, key=preference_key)
