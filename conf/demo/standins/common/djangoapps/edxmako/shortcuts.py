"""Renders Mako templates from the folders that settings name; a template escapes only if it says so itself."""

from functools import cache
from typing import Any

from crum import get_current_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.context_processors import static
from mako.lookup import TemplateLookup


@cache
def _lookup(folders: tuple[str, ...]) -> TemplateLookup:
    return TemplateLookup(
        directories=list(folders),
        input_encoding="utf-8",
        imports=["from django.utils.translation import gettext as _", "from django.templatetags.static import static"],
    )


def render_to_string(
    template_name: str, dictionary: dict[str, Any], namespace: str = "main", request: HttpRequest | None = None
) -> str:
    """The page; `request`, `user`, `csrf_token` and `settings` are in scope besides `dictionary`."""
    request = request or get_current_request()
    scope: dict[str, Any] = {"settings": settings, "request": request, "user": None, "csrf_token": ""}
    if request is not None:
        scope |= {"user": getattr(request, "user", None), "csrf_token": get_token(request), **static(request)}
    template = _lookup(tuple(str(folder) for folder in settings.MAKO_TEMPLATE_DIRS_BASE)).get_template(template_name)
    return template.render_unicode(**scope | dictionary)


def render_to_response(
    template_name: str,
    dictionary: dict[str, Any] | None = None,
    namespace: str = "main",
    request: HttpRequest | None = None,
    **kwargs: Any,
) -> HttpResponse:
    """The page as a response; `kwargs` go to the response."""
    return HttpResponse(render_to_string(template_name, dictionary or {}, namespace, request), **kwargs)
