"""What a person sees who may not, who is lost, or who found a mistake of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the reason, when one was given."""
    return _refuse(request, 403, "Not for you", str(exception) or "You may not see this page.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _refuse(request, 404, "Nothing here", "There is no such page on this campus.")


def broken(request: HttpRequest) -> HttpResponse:
    """500; the log has the details."""
    return _refuse(request, 500, "Something broke", "The campus made a mistake. The log of the web server tells more.")


def _refuse(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    return render(request, "campus/refusal.html", {"heading": heading, "text": text}, status=status)
