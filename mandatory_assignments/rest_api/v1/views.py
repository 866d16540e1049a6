"""The calls about assignments as a whole: list and assign; the learner's own list and assignment."""

from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Conflict, Invalid
from ...queries import assignments, items, paging
from ...services.assign import assign_learners, foresee_assignment
from . import answers, notice_shapes, shapes
from . import input as inputs
from .answers import page_of
from .calls import told
from .change_input import NewAssignment
from .doors import Door, StaffDoor, checked, paged
from .schedule_input import with_rules


class Assignments(StaffDoor):
    """`GET assignments/`: what the role shows. `POST assignments/`: assigns a training to one learner."""

    @told({200: page_of(answers.Assignment)}, query=inputs.ListQuery)
    def get(self, request: Request) -> Response:
        """A page; 400 with a code for a filter that cannot be meant."""
        query = checked(inputs.ListQuery, request.query_params.dict())
        ordering = query["ordering"]
        column = ordering.lstrip("-").replace(inputs.BY_STATUS, "due_at")
        rows = assignments.cycles(self.scope, now=self.now, **inputs.conditions_of(query))
        page = paging.page(
            rows,
            [column],
            descending=ordering.startswith("-"),
            size=query["page_size"],
            cursor=query["cursor"],
            keys_first=True,
        )
        return paged(request, page, *assignments.count(rows), shapes.assignments_of(page.rows, self.now))

    @told({201: answers.Assignment}, body=NewAssignment, refuses="409")
    def post(self, request: Request) -> Response:
        """201 with the assignment; 400 for what is wrong, 409 `already_assigned`, 403 for who assigns nothing."""
        self.check_assigns()
        asked = with_rules(self.scope, checked(NewAssignment, request.data))
        outcome = assign_learners(
            actor=request.user,
            training=asked["training"],
            learners=[asked["learner"]],
            due_on=asked["due_on"],
            note=asked["note"],
            organization=asked["organization"],
            notify_by_email=asked["notify_by_email"],
            prior_work=asked["prior_work"],
            late_policy=asked["late_policy"],
            grace_days=asked["grace_days"],
            repeat=asked["repeat"],
            remind=asked["reminders"],
            now=self.now,
        )
        for _entry, problem in outcome.refused:
            raise (Conflict if problem.code == "already_assigned" else Invalid)(problem)
        cycle = assignments.cycle(self.scope, outcome.created[0])
        return Response(shapes.assignment(cycle, self.now), status=status.HTTP_201_CREATED)


class Plan(StaffDoor):
    """`POST assignments/plan/`: what an assignment would be."""

    @told({200: answers.Plan}, body=NewAssignment, refuses="409")
    def post(self, request: Request) -> Response:
        """The deadline, the mails and what the repetition means; stores nothing."""
        self.check_assigns()
        asked = with_rules(self.scope, checked(NewAssignment, request.data))
        names = ("training", "learner", "due_on", "note", "organization", "late_policy", "grace_days", "repeat")
        found = foresee_assignment(
            actor=request.user, **{name: asked[name] for name in names}, remind=asked["reminders"], now=self.now
        )
        return Response(notice_shapes.foreseen(found, asked["repeat"]))


class MyAssignments(Door):
    """`GET me/assignments/`: the learner's own."""

    @told({200: page_of(answers.Assignment)}, query=inputs.MyListQuery)
    def get(self, request: Request) -> Response:
        """A page of all, or in one piece those which the dashboard shows."""
        query = checked(inputs.MyListQuery, request.query_params.dict())
        if query["view"] == "dashboard":
            shown, _older = assignments.my_dashboard(self.user_id, self.now)
            return paged(
                request, paging.Page(shown, None, None), len(shown), True, shapes.assignments_of(shown, self.now)
            )
        rows = assignments.my_cycles(self.user_id)
        page = paging.page(rows, ["closed_as", "due_at"], size=query["page_size"], cursor=query["cursor"])
        return paged(request, page, *assignments.count(rows), shapes.assignments_of(page.rows, self.now))


class MyAssignment(Door):
    """`GET me/assignments/{id}/`."""

    @told({200: answers.MyAssignment}, refuses="404")
    def get(self, request: Request, assignment_id: str) -> Response:
        """The assignment with its items in course order; 404 for other people's."""
        cycle = assignments.my_cycle(self.user_id, inputs.public_id(assignment_id))
        if cycle is None:
            raise NotFound
        found = [shapes.item(item) for item in items.items(cycle)]
        return Response({**shapes.assignment(cycle, self.now), "items": found})
