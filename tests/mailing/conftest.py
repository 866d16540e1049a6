"""The small campus of the services, and a real mail server."""

from collections.abc import Iterator

import pytest

from tests.services.conftest import Campus, campus

from .mail_server import MailServer

__all__ = ["Campus", "campus"]


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    """A running mail server that the platform is told to use."""
    made = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    made.start()
    yield made
    made.stop()
