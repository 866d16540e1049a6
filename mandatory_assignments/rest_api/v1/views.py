"""The calls of the API: assign, list, look at one; the learner's own list and assignment."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from ...data import Conflict, Invalid
from ...queries import assignments, items, paging, standing
from ...services.assign import assign_learners
from . import input as inputs
from . import shapes
from .doors import Door, StaffDoor


class Assignments(StaffDoor):
    """`GET assignments/`: what the role shows. `POST assignments/`: assigns a training to one learner."""

    def get(self, request: Request) -> Response:
        """A page; 400 with a code for a filter that cannot be meant."""
        query = _checked(inputs.ListQuery, request.query_params.dict())
        ordering = query["ordering"]
        rows = assignments.cycles(
            self.scope,
            now=self.now,
            statuses=standing.named_statuses(query["status"]),
            training=query["training"],
            learner=query["learner"],
            organization=query["organization"],
            search=query["search"],
        )
        page = paging.page(
            rows,
            [ordering.lstrip("-")],
            descending=ordering.startswith("-"),
            size=query["page_size"],
            cursor=query["cursor"],
            keys_first=True,
        )
        return _page(request, page, *assignments.count(rows), shapes.assignments_of(page.rows, self.now))

    def post(self, request: Request) -> Response:
        """201 with the assignment; 400 for what is wrong, 409 `already_assigned`, 403 for who assigns nothing."""
        asked = _checked(inputs.NewAssignment, request.data)
        outcome = assign_learners(
            actor=request.user,
            training=asked["training"],
            learners=[asked["learner"]],
            due_on=asked["due_on"],
            note=asked["note"],
            organization=asked["organization"],
            notify_by_email=asked["notify_by_email"],
            prior_work=asked["prior_work"],
            now=self.now,
        )
        for _entry, problem in outcome.refused:
            raise (Conflict if problem.code == "already_assigned" else Invalid)(problem)
        cycle = assignments.cycle(self.scope, outcome.created[0])
        return Response(shapes.assignment(cycle, self.now), status=status.HTTP_201_CREATED)


class Assignment(StaffDoor):
    """`GET assignments/{id}/`."""

    def get(self, request: Request, assignment_id: str) -> Response:
        """The assignment; 404 also where it lies outside the scope."""
        cycle = assignments.cycle(self.scope, inputs.assignment_id(assignment_id))
        if cycle is None:
            raise NotFound
        return Response(shapes.assignment(cycle, self.now))


class MyAssignments(Door):
    """`GET me/assignments/`: the learner's own."""

    def get(self, request: Request) -> Response:
        """A page of all, or in one piece those which the dashboard shows."""
        query = _checked(inputs.MyListQuery, request.query_params.dict())
        rows = assignments.my_cycles(self.user_id)
        if query["view"] == "dashboard":
            shown = assignments.on_dashboard(rows, self.now)
            return _page(
                request, paging.Page(shown, None, None), len(shown), True, shapes.assignments_of(shown, self.now)
            )
        page = paging.page(rows, ["closed_as", "due_at"], size=query["page_size"], cursor=query["cursor"])
        return _page(request, page, *assignments.count(rows), shapes.assignments_of(page.rows, self.now))


class MyAssignment(Door):
    """`GET me/assignments/{id}/`."""

    def get(self, request: Request, assignment_id: str) -> Response:
        """The assignment with its items in course order; 404 for other people's."""
        cycle = assignments.my_cycle(self.user_id, inputs.assignment_id(assignment_id))
        if cycle is None:
            raise NotFound
        found = [shapes.item(item) for item in items.items(cycle)]
        return Response({**shapes.assignment(cycle, self.now), "items": found})


def _checked(serializer: type[inputs.StrictSerializer], data: Any) -> dict[str, Any]:
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data


def _page(request: Request, page: paging.Page[Any], count: int, exact: bool, results: list[dict[str, Any]]) -> Response:
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
