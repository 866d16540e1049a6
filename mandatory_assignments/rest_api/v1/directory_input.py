"""What may be sent to the API about the directory: organizations' policies, departments, groups, people."""

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from ...queries.policies import MOST_GRACE_DAYS, MOST_LEAD_DAYS
from .input import Id, Number, Paging, StrictSerializer, Text


class DirectoryQuery(Paging):
    """The query parameters of `GET departments/` and `GET groups/`."""

    organization = Text(required=False, default="", allow_blank=True)
    search = Text(required=False, default="", allow_blank=True, max_length=255)

    class Meta:
        ref_name = "MandatoryAssignmentsDirectoryQuery"


class PeopleQuery(DirectoryQuery):
    """The query parameters of `GET people/`; a department stands for everything below it, too."""

    department = Text(required=False, default="", allow_blank=True)
    group = Text(required=False, default="", allow_blank=True)

    class Meta:
        ref_name = "MandatoryAssignmentsPeopleQuery"


class Policy(StrictSerializer):
    """What an organization says itself; empty and null leave it to the site. The verb tells what may be said."""

    zone = Text(required=False, allow_blank=True)
    deadline_zone = Text(required=False, allow_blank=True)
    min_lead_days = Number(0, MOST_LEAD_DAYS, required=False, allow_null=True)
    late_policy = Text(required=False, allow_blank=True)
    grace_days = Number(0, MOST_GRACE_DAYS, required=False, allow_null=True)
    unenrollment = Text(required=False, allow_blank=True)
    reminders = Text(required=False, allow_blank=True)
    force_email = serializers.BooleanField(required=False, allow_null=True)
    sender_name = Text(required=False, allow_blank=True)
    sender_address = Text(required=False, allow_blank=True)

    class Meta:
        ref_name = "MandatoryAssignmentsPolicy"


class ChangedOrganization(StrictSerializer):
    """The body of `PATCH organizations/{short_name}/`; what `policy` leaves out stays as it is."""

    policy = serializers.DictField(
        error_messages={"not_a_dict": gettext_lazy("A policy is an object of fields and values.")}
    )

    class Meta:
        ref_name = "MandatoryAssignmentsChangedOrganization"


class NewDepartment(StrictSerializer):
    """The body of `POST departments/`: a path, or a name inside a parent or at the top of an organization."""

    organization = Text(required=False, default="")
    path = Text(required=False, default="")
    parent = Id(required=False, default=None, allow_null=True)  # type: ignore[assignment]
    name = Text(required=False, default="")

    class Meta:
        ref_name = "MandatoryAssignmentsNewDepartment"


class ChangedDepartment(StrictSerializer):
    """The body of `PATCH departments/{id}/`; parent null moves it to the top."""

    name = Text(required=False, allow_blank=True)
    parent = Id(required=False, allow_null=True)  # type: ignore[assignment]

    class Meta:
        ref_name = "MandatoryAssignmentsChangedDepartment"


class NewGroup(StrictSerializer):
    """The body of `POST groups/`."""

    organization = Text()
    name = Text()

    class Meta:
        ref_name = "MandatoryAssignmentsNewGroup"


class FollowedCohort(StrictSerializer):
    """A cohort of a course run: the course's key and the cohort's name."""

    course = Text()
    name = Text()

    class Meta:
        ref_name = "MandatoryAssignmentsFollowedCohort"


class ChangedGroup(StrictSerializer):
    """The body of `PATCH groups/{id}/`; cohort null lets it follow none, and its members stay."""

    name = Text(required=False)
    cohort = FollowedCohort(required=False, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedGroup"


class ChangedPeople(StrictSerializer):
    """Who comes and who goes, by username or e-mail."""

    add = serializers.ListField(child=Text(), required=False, default=list)
    remove = serializers.ListField(child=Text(), required=False, default=list)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedPeople"


class ChangedManagers(ChangedPeople):
    """The same for one person's managers, in an organization where there are several."""

    organization = Text(required=False, default=None, allow_null=True)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedManagers"
