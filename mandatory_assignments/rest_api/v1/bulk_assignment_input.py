"""What may be sent to assign a training to many: the terms, and whom it is for."""

from typing import Any

from rest_framework import serializers

from ...data import Bucket, LatePolicy, People, PriorWork, Terms
from .change_input import AssignmentTerms
from .input import Choice, StrictSerializer, Text

MOST_NAMED = 100_000
"""Usernames and e-mails of one call."""


class PeopleBody(StrictSerializer):
    """Whom it is for: usernames or e-mails, and everybody in departments (with those below) and learning groups."""

    learners = serializers.ListField(child=Text(allow_blank=True), required=False, default=list, max_length=MOST_NAMED)
    departments = serializers.ListField(child=Text(), required=False, default=list, max_length=1000)
    groups = serializers.ListField(child=Text(), required=False, default=list, max_length=1000)
    sub_departments = serializers.BooleanField(required=False, default=True)

    class Meta:
        ref_name = "MandatoryAssignmentsPeople"


class NewBulk(AssignmentTerms):
    """The body of `POST bulk-assignments/preview/`."""

    people = PeopleBody()
    include_completed = serializers.BooleanField(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsNewBulk"


class Token(StrictSerializer):
    """The body that confirms a preview."""

    token = Text()

    class Meta:
        ref_name = "MandatoryAssignmentsToken"


class RowsQuery(StrictSerializer):
    """The query parameters of a preview's rows."""

    bucket = Choice(Bucket, required=False, default="")

    class Meta:
        ref_name = "MandatoryAssignmentsRowsQuery"


def terms_of(asked: dict[str, Any]) -> Terms:
    """The terms that were sent."""
    late_policy = asked["late_policy"]
    return Terms(
        training=asked["training"],
        due_on=asked["due_on"],
        note=asked["note"],
        organization=asked["organization"],
        notify_by_email=asked["notify_by_email"],
        prior_work=PriorWork(asked["prior_work"]),
        late_policy=LatePolicy(late_policy) if late_policy else None,
        grace_days=asked["grace_days"],
        repeat=asked["repeat"],
        remind=asked["reminders"],
    )


def people_of(asked: dict[str, Any]) -> People:
    """Whom it is for."""
    return People(**asked["people"])
