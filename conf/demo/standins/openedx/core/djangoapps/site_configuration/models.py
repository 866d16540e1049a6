"""The values of a site."""

from typing import Any

from django.contrib.sites.models import Site
from django.db import models


class SiteConfiguration(models.Model):
    """Values of one site; `course_org_filter` names the organizations it is for.

    .. no_pii:
    """

    site = models.OneToOneField(Site, related_name="configuration", on_delete=models.CASCADE)
    enabled = models.BooleanField(default=False)
    site_values = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"configuration of {self.site_id}"

    def get_value(self, name: str, default: Any = None) -> Any:
        """A value while the configuration is enabled."""
        return self.site_values.get(name, default) if self.enabled else default

    @classmethod
    def _of_org(cls, org: str) -> "SiteConfiguration | None":
        for configuration in cls.objects.filter(enabled=True).order_by("id"):
            orgs = configuration.get_value("course_org_filter", [])
            if org in ([orgs] if isinstance(orgs, str) else orgs):
                return configuration
        return None

    @classmethod
    def has_org(cls, org: str) -> bool:
        """Whether a site is for this organization."""
        return cls._of_org(org) is not None

    @classmethod
    def get_value_for_org(cls, org: str, name: str, default: Any = None) -> Any:
        """The value of the first site that is for this organization."""
        configuration = cls._of_org(org)
        return configuration.get_value(name, default) if configuration else default
