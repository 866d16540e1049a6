"""Lets a worker render what needs a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crum import get_current_request, set_current_request
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse


@contextmanager
def emulate_http_request(
    site: Any = None, user: Any = None, middleware_classes: list[Any] | None = None
) -> Iterator[HttpRequest]:
    """Inside, there is a current request with this site and user, run through the middleware; exceptions come out."""
    request = HttpRequest()
    request.user = user or AnonymousUser()
    request.site = site
    request.META["SERVER_NAME"] = getattr(site, "domain", "localhost")
    request.META["SERVER_PORT"] = "80"
    middleware = [made(lambda _: HttpResponse()) for made in middleware_classes or []]
    for each in middleware:
        if hasattr(each, "process_request"):
            each.process_request(request)
    previous = get_current_request()
    set_current_request(request)
    try:
        yield request
    finally:
        set_current_request(previous)
        for each in reversed(middleware):
            if hasattr(each, "process_response"):
                each.process_response(request, HttpResponse())
