"""The OpenAPI document: what drf-spectacular makes of the calls as they tell themselves, apart from the host's own."""

import re
from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.settings import patched_settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer

from ...data import Role
from . import answers
from .calls import Call
from .input import Day, Id, Part, PartBody
from .schedule_input import Recipient, ReminderBody, Reminders, RemindersOrSet, RepeatBody, Repetition, Whole
from .text_input import WordingBody, Wordings

PREFIX = "/api/mandatory-assignments/v1/"
TOKEN = "MandatoryAssignmentsJwt"
SESSION = "MandatoryAssignmentsSession"

OURS: dict[str, Any] = {
    "TITLE": "Mandatory assignments",
    "DESCRIPTION": "Mandatory assignments with binding due dates for Open edX.",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": PREFIX,
    "PREPROCESSING_HOOKS": [],
    "POSTPROCESSING_HOOKS": [],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVERS": [],
    "TAGS": [],
    "APPEND_COMPONENTS": {},
    "SECURITY": [],
}
"""The generator's settings while it makes our document, whatever the host has set for its own."""

WRONG = {
    400: "What was sent is wrong.",
    401: "Nobody is signed in.",
    403: "The role does not allow this.",
    404: "It does not exist, or not for this role.",
    409: "The present state forbids this.",
    413: "The file is too large.",
}

_one_at_a_time = Lock()


@cache
def document() -> dict[str, Any]:
    """The document, made once per process."""
    with _one_at_a_time, patched_settings(OURS):
        made: dict[str, Any] = SchemaGenerator(urlconf="mandatory_assignments.urls").get_schema(public=True)
    return without_marks(made)


def without_marks(made: Any) -> Any:
    """The document without what the generator notes for itself."""
    match made:
        case dict():
            return {key: without_marks(value) for key, value in made.items() if key != "x-spec-enum-id"}
        case list():
            return [without_marks(value) for value in made]
    return made


class Operations(AutoSchema):
    """Reads a call's shapes off its method; what no method tells, no document says."""

    @property
    def call(self) -> Call:
        """What the method tells of itself."""
        found: Call = getattr(self.view, self.method.lower()).call
        return found

    def is_excluded(self) -> bool:
        """Whether the method tells nothing."""
        return not hasattr(getattr(self.view, self.method.lower()), "call")

    def get_operation_id(self) -> str:
        """A name that no call of the host has: the words of the address, and what is done."""
        action = (
            "list"
            if self.method == "GET" and not self.path.endswith("}/")
            else self.method_mapping[self.method.lower()]
        )
        return "_".join(["mandatory_assignments", *self._words(), action])

    def get_tags(self) -> list[str]:
        """The first word of the address."""
        return self._words()[:1]

    def _words(self) -> list[str]:
        own = self.path.removeprefix(PREFIX).strip("/").replace("-", "_")
        return [word for word in own.split("/") if not word.startswith("{")]

    def get_override_parameters(self) -> list[Any]:
        """The query, and ids in the address as uuids."""
        ids = re.findall(r"{(\w+_id)}", self.path)
        uuids = [OpenApiParameter(name, {"type": "string", "format": "uuid"}, OpenApiParameter.PATH) for name in ids]
        return [*uuids, self.call.query] if self.call.query else uuids

    def get_request_serializer(self) -> Any:
        """The body, or one of several."""
        body = self.call.body
        if not isinstance(body, tuple):
            return body
        name = "Or".join(shape.Meta.ref_name for shape in body)  # type: ignore[attr-defined]
        return PolymorphicProxySerializer(name, body, resource_type_field_name=None)

    def get_response_serializers(self) -> Any:
        """The answers, and the errors in their one shape."""
        wrong = {400} if self.call.query or self.call.body else set()
        refused = {*(() if self.call.open_to_all else (401, 403)), *wrong, *self.call.refuses}
        shapes = {
            status: (shape, (shape.__doc__ or "") if shape else "Done.") for status, shape in self.call.answers.items()
        }
        shapes |= {status: (answers.Error, WRONG[status]) for status in sorted(refused)}
        told: dict[Any, Any] = {
            status: OpenApiResponse(shape, description) for status, (shape, description) in shapes.items()
        }
        if self.path.endswith(".csv"):
            del told[200]
            told[200, "text/csv"] = OpenApiResponse(OpenApiTypes.STR, "A file for spreadsheets.")
        if self.path.endswith(".ics"):
            del told[200]
            told[200, "text/calendar"] = OpenApiResponse(OpenApiTypes.STR, "A calendar.")
        return told

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A token in the header, or the session; nothing where everybody may ask."""
        if self.call.open_to_all:
            return []
        schemes = {
            TOKEN: {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "The word JWT, a blank, a token.",
            },
            SESSION: {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
        for name, scheme in schemes.items():
            self.registry.register_on_missing(
                ResolvedComponent(name=name, type=ResolvedComponent.SECURITY_SCHEMA, object=name, schema=scheme)
            )
        return [{name: []} for name in schemes]


class DayAsText(OpenApiSerializerFieldExtension):
    """Tells what a day looks like."""

    target_class = Day

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A text."""
        return {"type": "string", "format": "date"}


class IdAsText(OpenApiSerializerFieldExtension):
    """Tells what an id looks like."""

    target_class = Id

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A text."""
        return {"type": "string", "format": "uuid"}


class PartAsObject(OpenApiSerializerFieldExtension):
    """Tells what a course of a path looks like."""

    target_class = Part

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """An object."""
        return auto_schema.resolve_serializer(PartBody, direction).ref


class WholeAsNumber(OpenApiSerializerFieldExtension):
    """Tells that it is a number."""

    target_class = Whole

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A number."""
        return {"type": "integer"}


class RecipientAsRoles(OpenApiSerializerFieldExtension):
    """Tells which roles there are."""

    target_class: Any = Recipient

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A role or several."""
        role = {"type": "string", "enum": [role.value for role in Role]}
        return {"oneOf": [role, {"type": "array", "items": role}]}


class AnsweredRecipient(RecipientAsRoles):
    """The same in answers."""

    target_class = answers.Recipient


class RepetitionAsObject(OpenApiSerializerFieldExtension):
    """Tells what a repetition looks like."""

    target_class = Repetition

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """An object."""
        return auto_schema.resolve_serializer(RepeatBody, direction).ref


class RemindersAsList(OpenApiSerializerFieldExtension):
    """Tells what rules look like."""

    target_class: Any = Reminders

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A list of objects."""
        return {"type": "array", "items": auto_schema.resolve_serializer(ReminderBody, direction).ref}


class RemindersOrName(RemindersAsList):
    """Tells that a set may be named instead."""

    target_class = RemindersOrSet

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A list of objects, or a text."""
        named = {"type": "string", "description": "relaxed, compliance, onboarding, none, or the id of a set"}
        return {"oneOf": [super().map_serializer_field(auto_schema, direction), named]}


class WordingsAsList(OpenApiSerializerFieldExtension):
    """Tells what texts look like."""

    target_class = Wordings

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A list of objects."""
        return {"type": "array", "items": auto_schema.resolve_serializer(WordingBody, direction).ref}
