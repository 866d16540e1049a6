"""The calls that pause a person who is away, and let them go on."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Forbidden, Invalid, Outcome, Problem
from ...queries import changing
from ...services.pause import pause_learner, resume_learner
from . import answers, shapes
from . import change_input as inputs
from .calls import told
from .doors import StaffDoor, checked


class AbsenceDoor(StaffDoor):
    """A view for those who assign for an organization: course staff pause nobody."""

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in coordinators and global staff, before anybody is looked up."""
        super().initial(request, *args, **named)
        if not (self.scope.everything or self.scope.organization_ids):
            raise Forbidden(Problem("forbidden", _("Your role does not let you pause anybody.")))

    def answered(self, verb: Callable[..., Outcome], **asked: Any) -> Response:
        """The absence that the verb began or ended; a person who is not found is no wrong input but a wrong address."""
        try:
            outcome = verb(actor=self.request.user, **asked, now=self.now)
        except Invalid as refusal:
            if refusal.code == "unknown_learner":
                raise NotFound from None
            raise
        return Response(shapes.absence(changing.absence(outcome.created[0]), outcome.changed))


class Pause(AbsenceDoor):
    """`POST people/{username}/pause/`."""

    @told({200: answers.Absence}, body=inputs.NewAbsence, refuses="404 409")
    def post(self, request: Request, username: str) -> Response:
        """The absence with the ids of the assignments that wait; 409 while another one is not over."""
        return self.answered(pause_learner, learner=username, **checked(inputs.NewAbsence, request.data))


class Resume(AbsenceDoor):
    """`POST people/{username}/resume/`."""

    @told({200: answers.Absence}, body=inputs.Return, refuses="404 409")
    def post(self, request: Request, username: str) -> Response:
        """The absence that is over, with the ids of the assignments that go on; 409 where nobody is away."""
        return self.answered(resume_learner, learner=username, **checked(inputs.Return, request.data))
