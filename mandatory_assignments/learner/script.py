"""The front ends' script under an address that never changes: what was built without us cannot know hashed names."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

SCRIPT = Path(__file__).parents[1] / "static" / "mandatory_assignments" / "badges.js"

KEPT_SECONDS = 300
"""After an upgrade browsers have the new script within this time."""


@require_safe
def badges_script(request: HttpRequest) -> HttpResponse:
    """The script, for everybody: it holds nobody's data. 304 where the browser has it already."""
    text, etag = _script()
    fresh = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer = get_conditional_response(request, etag=etag) or fresh
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@cache
def _script() -> tuple[bytes, str]:
    text = SCRIPT.read_bytes()
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'
