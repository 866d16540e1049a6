"""The calls of the API about trainings: list, make, look at one, change and archive it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Forbidden, Problem, TrainingKind
from ...queries import assignments, paging, training_lists
from ...services.trainings import archive_training, change_training, create_training, restore_training
from . import answers, shapes
from . import input as inputs
from .answers import page_of
from .calls import told
from .doors import StaffDoor, checked, paged


class TrainingDoor(StaffDoor):
    """A view for those who assign; a manager only looks after people."""

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in whose role lets them assign, else Forbidden."""
        super().initial(request, *args, **named)
        if not self.scope.assigns:
            raise Forbidden(Problem("forbidden", _("Your role does not show you trainings.")))

    def training(self, training_id: str) -> Any:
        """The training; NotFound also where it lies outside the scope."""
        row = training_lists.training(self.scope, inputs.public_id(training_id))
        if row is None:
            raise NotFound
        return row


class Trainings(TrainingDoor):
    """`GET trainings/`: what the role may assign. `POST trainings/`: makes one."""

    @told({200: page_of(answers.Training)}, query=inputs.TrainingQuery)
    def get(self, request: Request) -> Response:
        """A page, by name; 400 with a code for a filter that cannot be meant."""
        query = checked(inputs.TrainingQuery, request.query_params.dict())
        rows = training_lists.visible(
            self.scope,
            kinds=[TrainingKind(query["kind"])] if query["kind"] else [],
            organization=query["organization"],
            search=query["search"],
            archived=query["archived"],
        )
        page = paging.page(rows, ["name"], size=query["page_size"], cursor=query["cursor"])
        return paged(request, page, *assignments.count(rows), [shapes.training(row) for row in page.rows])

    @told({200: answers.Training, 201: answers.Training}, body=inputs.NewTraining)
    def post(self, request: Request) -> Response:
        """201 with the training, 200 where the course is one already; 400 for what is wrong, 403 for who may not."""
        asked = checked(inputs.NewTraining, request.data)
        asked["kind"] = TrainingKind(asked["kind"])
        outcome = create_training(actor=request.user, **asked, now=self.now)
        for training_id in outcome.created:
            return Response(shapes.training(self.training(str(training_id))), status=status.HTTP_201_CREATED)
        return Response(shapes.training(self.training(str(outcome.unchanged[0]))))


class Training(TrainingDoor):
    """`GET trainings/{id}/`, and `PATCH`: what is sent changes, a list replaces the old one."""

    @told({200: answers.Training}, refuses="404")
    def get(self, request: Request, training_id: str) -> Response:
        """The training."""
        return Response(shapes.training(self.training(training_id)))

    @told({200: answers.Training}, body=inputs.ChangedTraining, refuses="404")
    def patch(self, request: Request, training_id: str) -> Response:
        """The training as it is then; 403 where it is only shared with the actor's organization."""
        row = self.training(training_id)
        asked = checked(inputs.ChangedTraining, request.data, partial=True)
        archived = asked.pop("archived", None)
        with transaction.atomic():
            change_training(row.uuid, actor=request.user, fields=asked, now=self.now)
            if archived is not None:
                (archive_training if archived else restore_training)(row.uuid, actor=request.user, now=self.now)
        return Response(shapes.training(self.training(training_id)))
