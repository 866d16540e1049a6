"""Signing in and out, without passwords: a demo's visitor may be anybody who lives on the campus."""

from django.contrib.auth import get_user_model, login, logout
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from demo.campus.cast import FEATURED

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_GET
def front_door(request: HttpRequest) -> HttpResponse:
    """To the dashboard, or to the sign-in page for a stranger."""
    return redirect("dashboard" if request.user.is_authenticated else "signin_user")


@require_safe
def heartbeat(request: HttpRequest) -> HttpResponse:
    """200 when the web server and its database answer."""
    get_user_model().objects.exists()
    return HttpResponse("alive", content_type="text/plain")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The cards of the featured people and a list of everybody else; posting a username signs in."""
    if request.method == "POST":
        return _enter(request, request.POST.get("username", ""), request.POST.get("next", ""))
    residents = {user.username: user for user in _residents()}
    featured = [person for person in FEATURED if person.username in residents]
    known = {person.username for person in featured}
    others = [user for username, user in residents.items() if username not in known]
    for user in others:
        user.shown_name = shown_name(user)
    context = {
        "featured": featured,
        "others": sorted(others, key=lambda user: user.shown_name.casefold()),
        "head_count": len(residents),
        "next": request.GET.get("next", ""),
    }
    return render(request, "campus/signin.html", context)


@require_GET
def sign_in_by_link(request: HttpRequest, username: str) -> HttpResponse:
    """Signs in at once: the link that the launcher prints."""
    return _enter(request, username, request.GET.get("next", ""))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Back to the sign-in page as nobody."""
    logout(request)
    return redirect("signin_user")


def shown_name(user) -> str:
    """The full name of the person, or the username where the profile has none or is missing."""
    profile = getattr(user, "profile", None)
    return (profile and profile.name) or user.username


def after(request: HttpRequest, target: str, *, otherwise: str) -> HttpResponseRedirect:
    """A redirect to `target` when it is an address of this campus, else to the view named `otherwise`."""
    if target and url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect(otherwise)


def _enter(request: HttpRequest, username: str, target: str) -> HttpResponse:
    user = _residents().filter(username=username).first()
    if user is None:
        raise Http404(f"nobody on this campus is called {username}")
    login(request, user, backend=BACKEND)
    return after(request, target, otherwise="dashboard")


def _residents() -> QuerySet:
    return get_user_model().objects.filter(is_active=True).select_related("profile").order_by("username")
