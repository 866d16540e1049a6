"""The shapes of all answers, for the OpenAPI document alone: shapes.py and directory_shapes.py make them."""

from functools import cache
from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DictField,
    Field,
    IntegerField,
    ListField,
    Serializer,
    URLField,
    UUIDField,
)

from ...data import (
    Criterion,
    EnrollmentState,
    JobState,
    LatePolicy,
    Modifier,
    NoticeKind,
    NoticeState,
    RepeatAnchor,
    RepeatEvidence,
    RepeatUnit,
    Role,
    Status,
    TrainingKind,
    Unenrollment,
    Unfinished,
)


class Answer(Serializer):
    """Names itself so that no serializer of the host is called the same."""

    Meta: type

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.Meta = type("Meta", (), {"ref_name": f"MandatoryAssignments{cls.__name__}"})


def one_of(words: Any, **named: Any) -> ChoiceField:
    """One of the words of an enum."""
    return ChoiceField(choices=[str(word) for word in words], **named)


class Wrong(Answer):
    """One thing that is wrong, with a code for programs and a message for people."""

    code = CharField()
    message = CharField()


class Error(Answer):
    """Every error: `code` is that of the first problem, `errors` tells by field what is wrong with it."""

    detail = CharField()
    code = CharField()
    errors = DictField(child=ListField(child=Wrong()))  # type: ignore[assignment]


class Named(Answer):
    """A person."""

    username = CharField()
    name = CharField()


class AssignedTraining(Answer):
    """What is assigned."""

    id = UUIDField()
    kind = one_of(TrainingKind)
    key = CharField()
    name = CharField()


class Enrollment(Answer):
    """Of several courses the enrolment that needs somebody most."""

    state = one_of(EnrollmentState)
    reason = CharField(allow_blank=True)


class Repetition(Answer):
    """How an assignment comes again."""

    every = IntegerField(min_value=1)
    unit = one_of(RepeatUnit)
    anchor = one_of(RepeatAnchor)
    unfinished = one_of(Unfinished)
    evidence = one_of(RepeatEvidence)


class Recipient(Field):
    """A role, or a list of roles where there are several."""


class ReminderRule(Answer):
    """A reminder: so many days before the due date, or after it where `days` is negative."""

    days = IntegerField()
    recipient = Recipient()
    template = UUIDField(allow_null=True)
    repeat_every = IntegerField(min_value=1, allow_null=True)
    cap = IntegerField(min_value=1, allow_null=True)


class Assignment(Answer):
    """An assignment as it stands in its present round."""

    id = UUIDField()
    learner = Named()
    training = AssignedTraining()
    status = one_of(Status)
    late_days = IntegerField(min_value=0)
    percent = IntegerField(min_value=0, max_value=100, allow_null=True)
    units_done = IntegerField(min_value=0)
    units_total = IntegerField(min_value=0)
    due_on = DateField()
    due_at = DateTimeField()
    zone = CharField()
    assigned_at = DateTimeField()
    assigned_by = CharField(allow_null=True)
    completed_at = DateTimeField(allow_null=True)
    note = CharField(allow_blank=True)
    cycle = IntegerField(min_value=1)
    opens_at = DateTimeField()
    modifiers = ListField(child=one_of(Modifier))
    repeat = Repetition(allow_null=True)
    next_opens_at = DateTimeField(allow_null=True)
    reminders = ReminderRule(many=True)
    enrollment = Enrollment()
    organization = CharField()
    notify_by_email = BooleanField()
    late_policy = one_of(LatePolicy)
    grace_days = IntegerField(min_value=0)


class Item(Answer):
    """A unit to be done, or what takes place in person; then `url` is null."""

    key = CharField()
    title = CharField()
    done = BooleanField()
    url = URLField(allow_null=True)
    due_at = DateTimeField(allow_null=True)


class MyAssignment(Assignment):
    """The learner's own assignment with its items in course order."""

    items = Item(many=True)


class RefusedId(Wrong):
    """An assignment that was not changed."""

    id = CharField()


class BulkUpdated(Answer):
    """What became of each of the ids, in their order."""

    changed = ListField(child=UUIDField())
    unchanged = ListField(child=UUIDField())
    refused = RefusedId(many=True)


class UpdateCounts(Answer):
    """How many assignments would be changed, and how many cannot be."""

    change = IntegerField()
    refuse = IntegerField()


class CodeCount(Answer):
    """A reason, and for how many assignments it holds."""

    code = CharField()
    count = IntegerField()


class UpdatePreview(Answer):
    """What an action would change of what a filter finds now; `count` is all that it finds."""

    token = UUIDField()
    count = IntegerField()
    counts = UpdateCounts()
    refused = CodeCount(many=True)


class SkippedLearner(Answer):
    """Somebody for whom nothing is to be done."""

    learner = CharField()
    code = CharField()


class RefusedEntry(Answer):
    """Somebody who cannot be assigned."""

    entry = CharField()
    code = CharField()
    message = CharField()


class BulkPreview(Answer):
    """Who would get an assignment: the first 100 of each bucket, and how many there are."""

    token = UUIDField()
    count = IntegerField()
    create = ListField(child=CharField())  # type: ignore[assignment]
    skip = SkippedLearner(many=True)
    refuse = RefusedEntry(many=True)
    create_count = IntegerField()
    skip_count = IntegerField()
    refuse_count = IntegerField()


class BulkJob(Answer):
    """How far a job has come: of `total` rows `done` were worked on, which the other three add up to.

    In a job that changes assignments `created` are those that it changed, `skipped` those that were so already.
    """

    id = UUIDField()
    state = one_of(JobState)
    total = IntegerField()
    done = IntegerField()
    created = IntegerField()
    skipped = IntegerField()
    failed = IntegerField()
    problem = CharField(allow_blank=True)


class InboxNotice(Answer):
    """What one was told, in words."""

    id = UUIDField()
    kind = one_of(NoticeKind)
    assignment = UUIDField()
    title = CharField()
    lines = ListField(child=CharField())
    url = CharField()
    shown_at = DateTimeField()
    read_at = DateTimeField(allow_null=True)


class Unread(Answer):
    """How many notices were not read yet."""

    unread = IntegerField(min_value=0)


class Preferences(Answer):
    """Whether one wants mails; where `forced` is true they are sent in any case."""

    email = BooleanField()
    forced = BooleanField()


class CalendarAddress(Answer):
    """Where a calendar program finds one's due dates; null where nowhere."""

    url = CharField(allow_null=True)


class Addressee(Named):
    """Who gets a mail, and as what."""

    role = one_of(Role)


class PlannedReminder(Answer):
    """A mail that rules send, sent or will not send; `day` is the recipient's, `why_not` empty or a code."""

    day = DateField()
    at = DateTimeField()
    zone = CharField()
    offset_days = IntegerField()
    recipient = Addressee()
    template = UUIDField(allow_null=True)
    sent_at = DateTimeField(allow_null=True)
    why_not = CharField(allow_blank=True)


class RepetitionInWords(Answer):
    """How often it comes again, an example with days, and what the other choices mean."""

    interval = CharField()
    consequence = CharField()
    meaning = ListField(child=CharField())


class Plan(Answer):
    """What an assignment would be."""

    due_on = DateField()
    due_at = DateTimeField()
    zone = CharField()
    reminders = PlannedReminder(many=True)
    repetition = RepetitionInWords(allow_null=True)


class Notice(Answer):
    """What somebody was told about an assignment, and what became of the mail."""

    id = UUIDField()
    kind = one_of(NoticeKind)
    recipient = Addressee()
    cycle = IntegerField(min_value=1)
    made_at = DateTimeField()
    planned_at = DateTimeField()
    state = one_of(NoticeState)
    reason = CharField(allow_blank=True)
    attempts = IntegerField(min_value=0)
    done_at = DateTimeField(allow_null=True)
    read_at = DateTimeField(allow_null=True)


class Cycle(Answer):
    """A round of an assignment, as it stands or as it ended."""

    cycle = IntegerField(min_value=1)
    status = one_of(Status)
    late_days = IntegerField(min_value=0)
    percent = IntegerField(min_value=0, max_value=100, allow_null=True)
    units_done = IntegerField(min_value=0)
    units_total = IntegerField(min_value=0)
    opens_at = DateTimeField()
    due_on = DateField()
    due_at = DateTimeField()
    zone = CharField()
    completed_at = DateTimeField(allow_null=True)
    closed_at = DateTimeField(allow_null=True)


class Wording(Answer):
    """Subject and text in one language, empty for all that have none of their own."""

    language = CharField(allow_blank=True)
    subject = CharField()
    body = CharField()


class Template(Answer):
    """A text that staff wrote for a kind of notice; without organization it is the site's."""

    id = UUIDField()
    organization = CharField(allow_null=True)
    name = CharField()
    kind = one_of(NoticeKind)
    texts = Wording(many=True)
    changed_at = DateTimeField()
    editable = BooleanField()


class Preview(Answer):
    """A template filled in."""

    language = CharField()
    subject = CharField()
    body = CharField()


class ReminderSet(Answer):
    """Rules to choose from."""

    id = UUIDField()
    organization = CharField()
    name = CharField()
    reminders = ReminderRule(many=True)


class Absence(Answer):
    """The first and the last day away, and the assignments that it is about."""

    username = CharField()
    organization = CharField()
    from_on = DateField()
    until_on = DateField()
    reason = CharField(allow_blank=True)
    assignments = ListField(child=UUIDField())


class PathPart(Answer):
    """A course of a path."""

    course = CharField()
    required = BooleanField()  # type: ignore[assignment]


class Training(Answer):
    """What can be assigned."""

    id = UUIDField()
    kind = one_of(TrainingKind)
    key = CharField()
    name = CharField()
    description = CharField(allow_blank=True)
    context = CharField(allow_blank=True)  # type: ignore[assignment]
    goals = CharField(allow_blank=True)
    organization = CharField(allow_null=True)
    criterion = one_of(Criterion)
    offline = BooleanField()
    shared_with = ListField(child=CharField())
    archived = BooleanField()
    blocks = ListField(child=CharField())
    parts = PathPart(many=True)


class OwnPolicy(Answer):
    """What an organization says itself; empty and null leave it to the site."""

    zone = CharField(allow_blank=True)
    deadline_zone = CharField(allow_blank=True)
    min_lead_days = IntegerField(min_value=0, allow_null=True)
    late_policy = one_of(LatePolicy, allow_blank=True)
    grace_days = IntegerField(min_value=0, allow_null=True)
    unenrollment = one_of(Unenrollment, allow_blank=True)
    reminders = CharField(allow_blank=True)
    force_email = BooleanField(allow_null=True)
    sender_name = CharField(allow_blank=True)
    sender_address = CharField(allow_blank=True)


class EffectivePolicy(Answer):
    """What holds in an organization."""

    zone = CharField()
    deadline_zone = CharField()
    min_lead_days = IntegerField(min_value=0)
    late_policy = one_of(LatePolicy)
    grace_days = IntegerField(min_value=0)
    unenrollment = one_of(Unenrollment)
    reminders = CharField()
    force_email = BooleanField()
    sender_name = CharField(allow_blank=True)
    sender_address = CharField(allow_blank=True)


class Organization(Answer):
    """An organization with its policy."""

    short_name = CharField()
    name = CharField()
    policy = OwnPolicy()
    effective = EffectivePolicy()


class Department(Answer):
    """A department with the number of people in it itself, and the usernames of its own managers."""

    id = UUIDField()
    organization = CharField()
    path = CharField()
    name = CharField()
    parent = UUIDField(allow_null=True)  # type: ignore[assignment]
    members = IntegerField(min_value=0)
    managers = ListField(child=CharField())


class GroupCohort(Answer):
    """The cohort that a learning group follows: its course's key, its name, and when they were compared last."""

    course = CharField()
    name = CharField()
    refreshed_at = DateTimeField(allow_null=True)


class Group(Answer):
    """A learning group; `cohort` null where it follows none."""

    id = UUIDField()
    organization = CharField()
    name = CharField()
    members = IntegerField(min_value=0)
    cohort = GroupCohort(allow_null=True)


class PersonAway(Answer):
    """An absence that is not over."""

    organization = CharField()
    from_on = DateField()
    until_on = DateField()


class Person(Named):
    """What the directory says of somebody."""

    organizations = ListField(child=CharField())
    departments = ListField(child=CharField())
    groups = ListField(child=CharField())
    managers = ListField(child=CharField())
    paused = PersonAway(allow_null=True)


class RefusedPerson(Wrong):
    """What was typed and is nobody."""

    entry = CharField()


class PeopleMoved(Answer):
    """Who came and went, by username."""

    added = ListField(child=CharField())
    removed = ListField(child=CharField())
    unchanged = ListField(child=CharField())
    refused = RefusedPerson(many=True)


@cache
def page_of(shape: type[Answer]) -> type[Answer]:
    """A page of a list: `next` and `previous` are addresses; above 10,000 rows the count is not exact."""
    fields = {
        "__doc__": "A page of a list. Above 10,000 rows `count` is 10,000 and `count_exact` is false.",
        "__module__": __name__,
        "count": IntegerField(min_value=0),
        "count_exact": BooleanField(),
        "next": URLField(allow_null=True),
        "previous": URLField(allow_null=True),
        "results": shape(many=True),
    }
    return type(f"{shape.__name__}Page", (Answer,), fields)


class MyNotices(page_of(InboxNotice)):  # type: ignore[misc]
    """A page of what one was told, with the number of all that were not read."""

    unread = IntegerField(min_value=0)
