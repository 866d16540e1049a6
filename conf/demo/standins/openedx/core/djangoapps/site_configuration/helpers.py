"""Values of the current request's site; in a worker there is no request, hence only the defaults."""

from typing import Any

from crum import get_current_request

from openedx.core.djangoapps.site_configuration.models import SiteConfiguration


def get_current_site_configuration() -> SiteConfiguration | None:
    """The configuration of the request's site, None without a request or a configuration."""
    site = getattr(get_current_request(), "site", None)
    return getattr(site, "configuration", None)


def is_site_configuration_enabled() -> bool:
    """Whether there is one and it counts."""
    configuration = get_current_site_configuration()
    return bool(configuration and configuration.enabled)


def get_value(val_name: str, default: Any = None, **kwargs: Any) -> Any:
    """The site's value, `default` outside a request; of two dicts the site's is merged over the default."""
    configuration = get_current_site_configuration()
    value = configuration.get_value(val_name, default) if configuration else default
    return {**default, **value} if isinstance(default, dict) and isinstance(value, dict) else value


def get_value_for_org(org: str, val_name: str, default: Any = None) -> Any:
    """The value of the site that is for this organization; needs no request."""
    return SiteConfiguration.get_value_for_org(org, val_name, default)


def get_current_site_orgs() -> list[str] | None:
    """The organizations that the request's site is for."""
    orgs = get_value("course_org_filter")
    return [orgs] if isinstance(orgs, str) else orgs
