"""What all views of the API share: who is let in, JSON only, coded errors, one `now` and one scope per request."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from edx_rest_framework_extensions.auth.jwt.authentication import JwtAuthentication
from rest_framework import exceptions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from ... import clock
from ...data import Forbidden, Problem, Scope
from ...queries import access
from ...queries.paging import Page
from . import errors
from .schema import Operations


class ActiveAccount(IsAuthenticated):
    """Signed in with an account that is active: a token may name one that is not."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether somebody active asks."""
        return super().has_permission(request, view) and request.user.is_active


class Body(JSONParser):
    """JSON; a text nested deeper than Python can follow is malformed, too."""

    def parse(self, *args: Any, **named: Any) -> Any:
        """The parsed body."""
        try:
            return super().parse(*args, **named)
        except RecursionError:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from None


class Door(APIView):
    """A view for everybody who is signed in; `now` is the request's one instant.

    All classes are named here, so that the host's REST_FRAMEWORK neither changes our answers nor is changed by us.
    """

    authentication_classes = [JwtAuthentication, SessionAuthentication]
    permission_classes = [ActiveAccount]
    parser_classes = [Body]
    renderer_classes = [JSONRenderer]
    throttle_classes = []
    versioning_class = None
    metadata_class = None
    schema: Any = Operations()
    swagger_schema = None  # the host's other generator of documents knows nothing of ours
    now: datetime
    user_id: Any

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in, and looks at the clock."""
        super().initial(request, *args, **named)
        self.now, self.user_id = clock.now(), request.user.pk

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """Ours, for our views only."""
        return errors.coded


class StaffDoor(Door):
    """A view for people with a role; `scope` is what theirs shows them."""

    scope: Scope

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in whose role shows anything, else Forbidden."""
        super().initial(request, *args, **named)
        self.scope = access.scope(request.user)
        if not self.scope.sees_staff_pages:
            raise Forbidden(Problem("forbidden", _("Your role does not show you other people's assignments.")))

    def check_assigns(self) -> None:
        """Raises Forbidden for a role that looks after people and changes nothing."""
        if not self.scope.assigns:
            raise Forbidden(Problem("forbidden", _("Your role does not let you change assignments.")))


def checked(serializer: type[serializers.Serializer], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """The values of a body or a query; raises ValidationError with everything that is wrong."""
    found = serializer(data=data, partial=partial)
    found.is_valid(raise_exception=True)
    return found.validated_data


def paged(request: Request, page: Page[Any], count: int, exact: bool, results: list[dict[str, Any]]) -> Response:
    """The envelope; `next` and `previous` are addresses."""
    address = request.build_absolute_uri()
    return Response(
        {
            "count": count,
            "count_exact": exact,
            "next": replace_query_param(address, "cursor", page.next) if page.next else None,
            "previous": replace_query_param(address, "cursor", page.previous) if page.previous else None,
            "results": results,
        }
    )


class Nowhere(Door):
    """Answers for every address of ours that does not exist."""

    schema = None

    def initial(self, request: Request, *args: Any, **named: Any) -> NoReturn:
        """Always NotFound, once somebody is signed in."""
        super().initial(request, *args, **named)
        raise exceptions.NotFound
