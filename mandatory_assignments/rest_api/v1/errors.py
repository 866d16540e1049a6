"""Every error of the API in one shape: {detail, code, errors: {field: [{code, message}]}}."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler, set_rollback

from ...data import Conflict, Forbidden, Problem, Refused

CODES = {"permission_denied": "forbidden"}


def coded(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to what a view raised, None for the host's 500. The request's transaction is rolled back."""
    match exception:
        case Refused():
            set_rollback()
            return Response(_body(list(exception.problems)), status=_status(exception))
        case Http404():
            exception = exceptions.NotFound()
        case PermissionDenied():
            exception = exceptions.PermissionDenied()
    response = exception_handler(exception, context)
    if response is not None and isinstance(exception, exceptions.APIException):
        response.data = _body(list(_problems(exception)))
    return response


def _status(refusal: Refused) -> int:
    match refusal:
        case Conflict():
            return status.HTTP_409_CONFLICT
        case Forbidden():
            return status.HTTP_403_FORBIDDEN
    return status.HTTP_400_BAD_REQUEST


def _body(problems: list[Problem]) -> dict[str, Any]:
    first = problems[0]
    errors: dict[str, list[dict[str, str]]] = {}
    for problem in problems:
        if problem.field:
            # Half a character is fine in a name as it was sent, and can be sent back to nobody.
            field = problem.field.encode(errors="replace").decode()
            errors.setdefault(field, []).append({"code": problem.code, "message": problem.message})
    return {"detail": first.message, "code": first.code, "errors": errors}


def _problems(exception: exceptions.APIException) -> Iterator[Problem]:
    """What REST framework found, as problems: by field where input was invalid, else one about the whole."""
    if isinstance(exception, exceptions.ValidationError):
        yield from _field_problems("", exception.detail)
        return
    # Some authentication classes put a dict into the detail.
    detail = exception.detail if isinstance(exception.detail, exceptions.ErrorDetail) else None
    code = str((detail and detail.code) or exception.default_code)
    yield Problem(CODES.get(code, code), str(detail or exception.default_detail))


def _field_problems(field: str, detail: Any) -> Iterator[Problem]:
    if isinstance(detail, dict):
        for name, found in detail.items():
            where = "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            for problem in _field_problems(field or where, found):
                inside = field and where and isinstance(name, str)
                yield replace(problem, message=f"{where}: {problem.message}") if inside else problem
    elif isinstance(detail, list):
        for found in detail:
            yield from _field_problems(field, found)
    else:
        yield Problem(str(detail.code), str(detail), field)
