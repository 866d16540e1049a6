"""The calls about what people are told: the own inbox and preferences, the plan and the log of an assignment."""

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Conflict
from ...queries import assignments, noticing, paging, reminding
from ...services.notify import note_read, resend_notices, set_email_preference
from . import answers
from . import notice_shapes as shapes
from . import schedule_input as inputs
from .answers import page_of
from .calls import told
from .change_input import Nothing
from .change_views import AssignmentDoor, ChangingDoor
from .doors import Door, checked, paged
from .input import Paging, public_id


class MyNotices(Door):
    """`GET me/notices/`: what one was told."""

    @told({200: answers.MyNotices}, query=Paging)
    def get(self, request: Request) -> Response:
        """A page, the newest first, with the number of all that were not read."""
        query = checked(Paging, request.query_params.dict())
        rows = noticing.inbox(self.user_id)
        page = paging.page(rows, ["shown_at"], descending=True, size=query["page_size"], cursor=query["cursor"])
        found = paged(request, page, *assignments.count(rows), shapes.inbox(page.rows, self.now))
        found.data["unread"] = noticing.unread(self.user_id)
        return found


class MyNoticesRead(Door):
    """`POST me/notices/read/`."""

    @told({200: answers.Unread}, body=inputs.Read)
    def post(self, request: Request) -> Response:
        """How many are left to read; ids of nobody's and of other people's notices change nothing."""
        note_read(user_id=self.user_id, ids=checked(inputs.Read, request.data)["ids"], now=self.now)
        return Response({"unread": noticing.unread(self.user_id)})


class MyPreferences(Door):
    """`GET me/preferences/`, and `PATCH`."""

    def shown(self) -> Response:
        """What holds now."""
        id = self.user_id
        return Response({"email": noticing.wants_email(id), "forced": noticing.is_forced_to_get_email(id)})

    @told({200: answers.Preferences})
    def get(self, request: Request) -> Response:
        """Whether one wants mails, and whether they are sent in any case."""
        return self.shown()

    @told({200: answers.Preferences}, body=inputs.Preferences)
    def patch(self, request: Request) -> Response:
        """The same as it is then."""
        asked = checked(inputs.Preferences, request.data, partial=True)
        if "email" in asked:
            set_email_preference(user_id=self.user_id, email=asked["email"], now=self.now)
        return self.shown()


class AssignmentReminders(AssignmentDoor):
    """`GET assignments/{id}/reminders/`: which mails the rules send, sent or will not send."""

    @told({200: page_of(answers.PlannedReminder)}, refuses="404")
    def get(self, request: Request, assignment_id: str) -> Response:
        """All of them in one piece, in the order of time."""
        cycle = assignments.cycle(self.scope, public_id(assignment_id))
        if cycle is None:
            raise NotFound
        found = shapes.plan(reminding.plan_of(cycle, self.now))
        return paged(request, paging.Page((), None, None), len(found), True, found)


class AssignmentNotices(AssignmentDoor):
    """`GET assignments/{id}/notices/`: everything that was told about it, and what became of each mail."""

    @told({200: page_of(answers.Notice)}, refuses="404")
    def get(self, request: Request, assignment_id: str) -> Response:
        """All of them in one piece, the newest first."""
        cycle = assignments.cycle(self.scope, public_id(assignment_id))
        if cycle is None:
            raise NotFound
        found = shapes.log(noticing.log_of(cycle.assignment_id))
        return paged(request, paging.Page((), None, None), len(found), True, found)


class Resend(ChangingDoor):
    """`POST assignments/{id}/notices/{notice}/resend/`."""

    @told({200: answers.Notice}, body=Nothing, refuses="404 409")
    def post(self, request: Request, assignment_id: str, notice_id: str) -> Response:
        """The notice, which is sent once more; 409 `not_failed` where its mail did not fail."""
        checked(Nothing, request.data)
        wanted, cycle = public_id(notice_id), assignments.cycle(self.scope, public_id(assignment_id))
        if cycle is None or wanted not in {row.uuid for row in noticing.log_of(cycle.assignment_id)}:
            raise NotFound
        for _id, problem in resend_notices(actor=request.user, ids=[wanted], now=self.now).refused:
            if problem.code == "not_found":
                raise NotFound
            raise Conflict(problem)
        (row,) = (row for row in noticing.log_of(cycle.assignment_id) if row.uuid == wanted)
        return Response(shapes.log([row])[0])


class AssignmentCycles(AssignmentDoor):
    """`GET assignments/{id}/cycles/`: every round there was."""

    @told({200: page_of(answers.Cycle)}, refuses="404")
    def get(self, request: Request, assignment_id: str) -> Response:
        """All of them in one piece, the latest first."""
        rows = assignments.rounds(self.scope, public_id(assignment_id))
        if not rows:
            raise NotFound
        return paged(request, paging.Page(rows, None, None), len(rows), True, shapes.cycles(rows, self.now))


class MyCycles(Door):
    """`GET me/assignments/{id}/cycles/`: every round of an own assignment."""

    @told({200: page_of(answers.Cycle)}, refuses="404")
    def get(self, request: Request, assignment_id: str) -> Response:
        """All of them in one piece, the latest first; 404 for other people's."""
        rows = assignments.my_rounds(self.user_id, public_id(assignment_id))
        if not rows:
            raise NotFound
        return paged(request, paging.Page(rows, None, None), len(rows), True, shapes.cycles(rows, self.now))
