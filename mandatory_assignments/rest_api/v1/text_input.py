"""What may be sent about e-mail templates and reminder sets."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from ...data import NoticeKind
from .input import Choice, Id, Paging, StrictSerializer, Text, quoted
from .schedule_input import Reminders, inside

MOST_TEXTS = 100


class WordingBody(StrictSerializer):
    """Subject and text in one language; without a language for all that have none of their own."""

    language = Text(required=False, default="", allow_blank=True, max_length=20)
    subject = Text(allow_blank=True, trim_whitespace=False)
    body = Text(allow_blank=True, trim_whitespace=False)

    class Meta:
        ref_name = "MandatoryAssignmentsWordingBody"


class Wordings(serializers.Field):
    """A list of subjects and texts; every error names the text by its number, and the field inside."""

    default_error_messages = {
        "not_a_list": gettext_lazy("{value} is no list of texts."),
        "too_many": gettext_lazy("At most {most} texts are taken."),
        "named_twice": gettext_lazy("Text {number}: there is one for this language already."),
    }

    def to_internal_value(self, data: Any) -> Mapping[str, tuple[str, str]]:
        """Subject and body by language."""
        if not isinstance(data, list):
            self.fail("not_a_list", value=quoted(data))
        if len(data) > MOST_TEXTS:
            self.fail("too_many", most=MOST_TEXTS)
        found: dict[str, tuple[str, str]] = {}
        wrong: list[ErrorDetail] = []
        for number, each in enumerate(data, 1):
            body = WordingBody(data=each)
            if not body.is_valid():
                wrong += inside(body.errors, _("Text %(number)d: ") % {"number": number})
                continue
            asked = body.validated_data
            if asked["language"] in found:
                self.fail("named_twice", number=number)
            found[asked["language"]] = (asked["subject"], asked["body"])
        if wrong:
            raise serializers.ValidationError(wrong)
        return found


class NewTemplate(StrictSerializer):
    """The body of `POST templates/`; without an organization it is the actor's only one, or the site's."""

    organization = Text(required=False, default=None, allow_null=True)
    name = Text(allow_blank=True)
    kind = Choice(NoticeKind)
    texts = Wordings()

    class Meta:
        ref_name = "MandatoryAssignmentsNewTemplate"


class ChangedTemplate(StrictSerializer):
    """The body of `PATCH templates/{id}/`; texts that are sent replace the old ones."""

    name = Text(required=False, allow_blank=True)
    kind = Choice(NoticeKind, required=False)
    texts = Wordings(required=False)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedTemplate"


class Sample(StrictSerializer):
    """The body of `POST templates/{id}/preview/`: real data, and the language; the latest notice without an id."""

    notice = Id(required=False, default=None, allow_null=True)
    assignment = Id(required=False, default=None, allow_null=True)
    language = Text(required=False, default="", allow_blank=True, max_length=20)

    class Meta:
        ref_name = "MandatoryAssignmentsSample"


class NewReminderSet(StrictSerializer):
    """The body of `POST reminder-sets/`."""

    organization = Text(required=False, default=None, allow_null=True)
    name = Text(allow_blank=True)
    reminders = Reminders()

    class Meta:
        ref_name = "MandatoryAssignmentsNewReminderSet"


class ChangedReminderSet(StrictSerializer):
    """The body of `PATCH reminder-sets/{id}/`; rules that are sent replace the old ones."""

    name = Text(required=False, allow_blank=True)
    reminders = Reminders(required=False)

    class Meta:
        ref_name = "MandatoryAssignmentsChangedReminderSet"


class TextQuery(Paging):
    """The query parameters of `GET templates/` and `GET reminder-sets/`."""

    organization = Text(required=False, default="", allow_blank=True)

    class Meta:
        ref_name = "MandatoryAssignmentsTextQuery"
