"""Uploaded files of calls: refused for their size before they are read."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.request import Request

from ...queries import uploads

MOST_AROUND = 100_000
"""Bytes that a call may have beside its file."""


class TooLarge(exceptions.APIException):
    """The file is refused for its size."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def check_length(request: Request) -> None:
    """Raises TooLarge where the call as a whole is too long; ask before anything of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > uploads.most_bytes() + MOST_AROUND:
        raise _too_large()


def content(file: Any) -> bytes:
    """What the uploaded file holds; raises TooLarge."""
    if file.size > uploads.most_bytes():
        raise _too_large()
    found: bytes = file.read()
    return found


def _too_large() -> TooLarge:
    return TooLarge(_("The file has more than %(most)d bytes.") % {"most": uploads.most_bytes()})
