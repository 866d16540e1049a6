"""The calls that change one assignment: also withdraw it, exempt its learner, remind, and end its repetition."""

import uuid
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Conflict, Invalid, Outcome
from ...queries import assignments
from ...services.change import change_assignments
from ...services.exempt import exempt_assignments, lift_exemptions
from ...services.notify import remind_now
from ...services.recur import end_repetition
from ...services.withdraw import withdraw_assignments
from . import answers, shapes
from . import change_input as inputs
from .calls import told
from .doors import StaffDoor, checked
from .input import public_id
from .schedule_input import with_rules


class AssignmentDoor(StaffDoor):
    """A view about one assignment."""

    def shown(self, assignment_id: uuid.UUID) -> Response:
        """The assignment; NotFound also where it lies outside the scope."""
        cycle = assignments.cycle(self.scope, assignment_id)
        if cycle is None:
            raise NotFound
        return Response(shapes.assignment(cycle, self.now))

    def changed(self, assignment_id: uuid.UUID, outcome: Outcome) -> Response:
        """The assignment as it is after the verb; what the verb refused is a 400, 404 or 409."""
        for _id, problem in outcome.refused:
            if problem.code == "not_found":
                raise NotFound
            raise (Invalid if problem.field else Conflict)(problem)
        return self.shown(assignment_id)


class Assignment(AssignmentDoor):
    """`GET assignments/{id}/`, and `PATCH`: what is sent changes."""

    @told({200: answers.Assignment}, refuses="404")
    def get(self, request: Request, assignment_id: str) -> Response:
        """The assignment; 404 also where it lies outside the scope."""
        return self.shown(public_id(assignment_id))

    @told({200: answers.Assignment}, body=inputs.ChangedAssignment, refuses="404 409")
    def patch(self, request: Request, assignment_id: str) -> Response:
        """The assignment as it is then; 409 where it is over."""
        self.check_assigns()
        asked = with_rules(self.scope, checked(inputs.ChangedAssignment, request.data, partial=True))
        found = public_id(assignment_id)
        return self.changed(found, change_assignments(actor=request.user, ids=[found], fields=asked, now=self.now))


class ChangingDoor(AssignmentDoor):
    """A view that changes one assignment."""

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in whose role lets them assign, before anything is looked up."""
        super().initial(request, *args, **named)
        self.check_assigns()


class Withdraw(ChangingDoor):
    """`POST assignments/{id}/withdraw/`."""

    @told({200: answers.Assignment}, body=inputs.Withdrawal, refuses="404 409")
    def post(self, request: Request, assignment_id: str) -> Response:
        """The assignment, withdrawn; 409 where it is over already."""
        asked = checked(inputs.Withdrawal, request.data)
        found = public_id(assignment_id)
        return self.changed(found, withdraw_assignments(actor=request.user, ids=[found], **asked, now=self.now))


class Exempt(ChangingDoor):
    """`POST assignments/{id}/exempt/`."""

    @told({200: answers.Assignment}, body=inputs.Exemption, refuses="404 409")
    def post(self, request: Request, assignment_id: str) -> Response:
        """The assignment, exempt up to the day `until` or until that is lifted; 409 where it is over or exempt."""
        asked = checked(inputs.Exemption, request.data)
        found = public_id(assignment_id)
        return self.changed(found, exempt_assignments(actor=request.user, ids=[found], **asked, now=self.now))


class Lift(ChangingDoor):
    """`POST assignments/{id}/lift/`."""

    @told({200: answers.Assignment}, body=inputs.Lifting, refuses="404 409")
    def post(self, request: Request, assignment_id: str) -> Response:
        """The assignment, which obliges again; 409 where it is over or not exempt."""
        asked = checked(inputs.Lifting, request.data)
        found = public_id(assignment_id)
        return self.changed(found, lift_exemptions(actor=request.user, ids=[found], **asked, now=self.now))


class EndRepetition(ChangingDoor):
    """`POST assignments/{id}/end-repetition/`."""

    @told({200: answers.Assignment}, body=inputs.Ending, refuses="404 409")
    def post(self, request: Request, assignment_id: str) -> Response:
        """The assignment, which does not come again after its present round; 409 where it does not anyway."""
        asked = checked(inputs.Ending, request.data)
        found = public_id(assignment_id)
        return self.changed(found, end_repetition(actor=request.user, ids=[found], **asked, now=self.now))


class Remind(AssignmentDoor):
    """`POST assignments/{id}/remind/`: whoever sees the assignment may, managers too."""

    @told({200: answers.Assignment}, body=inputs.Nothing, refuses="404 409")
    def post(self, request: Request, assignment_id: str) -> Response:
        """The assignment, whose learner is reminded at once; 409 where nobody is to be reminded, or not yet again."""
        checked(inputs.Nothing, request.data)
        found = public_id(assignment_id)
        return self.changed(found, remind_now(actor=request.user, ids=[found], now=self.now))
