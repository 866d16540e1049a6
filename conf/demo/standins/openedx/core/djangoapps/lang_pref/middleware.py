"""Takes the language of a signed-in person from their preference, before Django's own middleware looks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from openedx.core.djangoapps.user_api.models import UserPreference

from . import LANGUAGE_KEY


class LanguagePreferenceMiddleware:
    """Puts the preferred language where `LocaleMiddleware` finds it: into the request's language cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            language = UserPreference.get_value(request.user, LANGUAGE_KEY)
            if language:
                request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
        return self.get_response(request)
