"""The addresses of the miniature LMS, with one that answers nothing: what a request costs by itself."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from demo.urls import *  # noqa: F403
from demo.urls import urlpatterns as campus


def nothing(request: HttpRequest) -> HttpResponse:
    """An empty answer, once the session's user is read."""
    return HttpResponse(b"" if request.user.is_authenticated else b"who?")


urlpatterns = [path("nothing/", nothing), *campus]
