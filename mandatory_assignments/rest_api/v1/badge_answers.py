"""The shapes of what the front end's script asks for, for the OpenAPI document alone: badge_shapes.py makes them."""

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    DictField,
    IntegerField,
    ListField,
    URLField,
    UUIDField,
)

from ...data import Status
from .answers import Answer, one_of
from .input import Choice, Paging, Text


class CourseQuery(Paging):
    """The query parameters of `GET me/course-badges/`: `view=script` asks for all that the front end's script shows."""

    page_size = cursor = None  # type: ignore[assignment]
    course = Text(required=False, default="", allow_blank=True)
    view = Choice(["plain", "script"], required=False, default="plain")

    class Meta:
        ref_name = "MandatoryAssignmentsCourseQuery"


class Badge(Answer):
    """A unit or subsection of an assignment: the due date that counts, what it means in words, whether it is done.

    For the script also whether it is late or counts no longer, the assignments that it belongs to, and the training's
    name where that of the course does not say it.
    """

    due_at = DateTimeField()
    due_text = CharField()
    done = BooleanField()
    overdue = BooleanField(required=False)
    frozen = BooleanField(required=False)
    assignments = ListField(child=UUIDField(), required=False)
    training = CharField(allow_null=True, required=False)


class BadgeNote(Answer):
    """A note, as plain text, with the assignment that it belongs to; `assigned_by` is a name, null if nobody's."""

    assignment = UUIDField()
    training = CharField()
    note = CharField()
    assigned_by = CharField(allow_null=True)
    due_at = DateTimeField()
    due_text = CharField()


class BadgePlace(Answer):
    """A subsection's own title and that of its section; `unique` where no other one of the course has its title."""

    title = CharField()
    section = CharField()
    unique = BooleanField()


class CourseAssignment(Answer):
    """An assignment that needs the course."""

    id = UUIDField()
    title = CharField()
    url = URLField()
    due_text = CharField()
    done = BooleanField()
    overdue = BooleanField()
    percent = IntegerField(min_value=0, max_value=100, allow_null=True)
    progress_label = CharField()


class CourseBadges(Answer):
    """What one has to do in a course, by usage key; both empty where there is nothing. The rest is for the script."""

    blocks = DictField(child=Badge())
    notes = BadgeNote(many=True)
    assignments = CourseAssignment(many=True, required=False)
    places = DictField(child=BadgePlace(), required=False)
    note_surface = ChoiceField(choices=["filter", "slot", "none"], required=False)
    words = DictField(child=CharField(), required=False)


class DashboardCard(Answer):
    """An assignment as the dashboard shows it; without `continue_url` there is nothing to go on with.

    `frozen_text` says that work no longer counts, `hindrance` what keeps the learner from the course.
    """

    id = UUIDField()
    title = CharField()
    url = URLField()
    continue_url = URLField(allow_null=True)
    continue_text = CharField()
    status = one_of(Status)
    status_text = CharField()
    frozen_text = CharField(allow_null=True)
    due_text = CharField()
    hindrance = CharField(allow_null=True)
    units_text = CharField()
    percent = IntegerField(min_value=0, max_value=100, allow_null=True)
    progress_label = CharField()


class Link(Answer):
    """A page of ours."""

    text = CharField()
    url = URLField()


class Dashboard(Answer):
    """What the dashboard shows, in words; nothing in it where there is nothing to show."""

    title = CharField()
    assignments = DashboardCard(many=True)
    links = Link(many=True)


class Links(Answer):
    """Entries for the front end's menus: the staff pages, for whom they are."""

    links = Link(many=True)
