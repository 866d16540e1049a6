"""The header of every page, the plugin's included: who is signed in, where to go, the campus's date when moved."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from demo.campus import clock
from demo.campus.pages.people import shown_name

register = template.Library()

LINKS = (
    ("My courses", "dashboard"),
    ("Mandatory assignments", "mandatory_assignments:my-assignments"),
    ("Outbox", "campus_outbox"),
    ("Clock", "campus_clock"),
)


@register.inclusion_tag("campus/header.html", takes_context=True)
def campus_header(context: Mapping[str, Any]) -> dict[str, Any]:
    """What the header's template needs; works without a request, too."""
    request = context.get("request")
    user = getattr(request, "user", None)
    path = getattr(request, "path", "")
    links = [(text, reverse(name)) for text, name in LINKS]
    return {
        "user": user,
        "name": shown_name(user) if user and user.is_authenticated else "",
        "links": [{"text": text, "url": url, "current": url == path} for text, url in links],
        "moved_to": timezone.now() if abs(clock.offset()) >= timedelta(hours=1) else None,
    }


def header_html(request: HttpRequest | None) -> str:
    """The same header for pages that are no Django templates."""
    return render_to_string("campus/header.html", campus_header({"request": request}))
