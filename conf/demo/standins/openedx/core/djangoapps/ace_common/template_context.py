"""What the base templates of mails need."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def get_base_template_context(site: Any) -> dict[str, Any]:
    """Names and addresses of the platform; the site's own values win."""
    configuration = getattr(site, "configuration", None)
    values = configuration.site_values if configuration else {}
    return {
        "homepage_url": settings.LMS_ROOT_URL,
        "dashboard_url": reverse("dashboard"),
        "template_revision": None,
        "platform_name": values.get("platform_name", settings.PLATFORM_NAME),
        "contact_email": values.get("contact_email", settings.CONTACT_EMAIL),
        "contact_mailing_address": values.get("contact_mailing_address", settings.CONTACT_MAILING_ADDRESS),
        "social_media_urls": {},
        "mobile_store_urls": {},
        "logo_url": f"{settings.LMS_ROOT_URL}{settings.STATIC_URL}images/logo.png",
        "site_configuration_values": values,
    }
