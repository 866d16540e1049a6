"""The calls about what staff write and choose from: e-mail templates, their preview, and sets of reminder rules."""

import uuid
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Forbidden, Invalid, Problem
from ...mailing import letters
from ...queries import assignments, directory, noticing, paging, policies, texts
from ...services.texts import delete_reminder_set, delete_template, save_reminder_set, save_template
from . import answers, shapes
from . import text_input as inputs
from .answers import page_of
from .calls import told
from .doors import StaffDoor, checked, paged
from .input import public_id


class KeeperDoor(StaffDoor):
    """A view for coordinators and global staff."""

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in whose role is enough, before anything is looked up; else Forbidden."""
        super().initial(request, *args, **named)
        if not directory.keeps(self.scope):
            raise Forbidden(Problem("forbidden", _("Your role does not let you keep templates and reminders.")))

    def template_shown(self, row: Any) -> dict[str, Any]:
        """A template with its texts."""
        return {
            "id": str(row.uuid),
            "organization": row.organization.short_name if row.organization else None,
            "name": row.name,
            "kind": row.kind,
            "texts": [
                {"language": text.language, "subject": text.subject, "body": text.body}
                for text in sorted(row.texts.all(), key=lambda text: text.language)
            ],
            "changed_at": shapes.instant(row.changed_at),
            "editable": texts.may_change(self.scope, row.organization_id),
        }

    def template(self, template_id: str, *, to_change: bool = False) -> Any:
        """The template; NotFound outside the scope, and Forbidden for a coordinator who wants to change the site's."""
        row = texts.template(self.scope, public_id(template_id))
        if row is None:
            raise NotFound
        if to_change and not texts.may_change(self.scope, row.organization_id):
            raise Forbidden(Problem("forbidden", _("This template is the site's: you may use it and not change it.")))
        return row

    def reminder_set(self, set_id: str) -> Any:
        """The set; NotFound also where it lies outside the scope."""
        row = texts.reminder_set(self.scope, public_id(set_id))
        if row is None:
            raise NotFound
        return row


def set_shown(row: Any) -> dict[str, Any]:
    """A set with its rules."""
    return {
        "id": str(row.uuid),
        "organization": row.organization.short_name,
        "name": row.name,
        "reminders": [shapes.reminder(policies.reminder(rule)) for rule in row.rules.all()],
    }


class Templates(KeeperDoor):
    """`GET templates/`: what the role may use. `POST templates/`: makes one."""

    @told({200: page_of(answers.Template)}, query=inputs.TextQuery)
    def get(self, request: Request) -> Response:
        """A page, by name; the site's among them."""
        query = checked(inputs.TextQuery, request.query_params.dict())
        rows = texts.templates(self.scope)
        if query["organization"]:
            rows = rows.filter(organization__short_name=query["organization"])
        page = paging.page(rows, ["name"], size=query["page_size"], cursor=query["cursor"])
        return paged(request, page, *assignments.count(rows), [self.template_shown(row) for row in page.rows])

    @told({201: answers.Template}, body=inputs.NewTemplate)
    def post(self, request: Request) -> Response:
        """201 with the template; 400 for what is wrong, such as a placeholder that cannot be filled in."""
        asked = checked(inputs.NewTemplate, request.data)
        asked["wordings"] = asked.pop("texts")
        (made,) = save_template(actor=request.user, **asked, now=self.now).created
        return Response(self.template_shown(texts.template(self.scope, made)), status=status.HTTP_201_CREATED)


class Template(KeeperDoor):
    """`GET templates/{id}/`, `PATCH` and `DELETE`."""

    @told({200: answers.Template}, refuses="404")
    def get(self, request: Request, template_id: str) -> Response:
        """The template."""
        return Response(self.template_shown(self.template(template_id)))

    @told({200: answers.Template}, body=inputs.ChangedTemplate, refuses="404")
    def patch(self, request: Request, template_id: str) -> Response:
        """The template as it is then."""
        row = self.template(template_id, to_change=True)
        asked = checked(inputs.ChangedTemplate, request.data)
        wordings = {text.language: (text.subject, text.body) for text in row.texts.all()}
        save_template(
            actor=request.user,
            id=row.uuid,
            name=asked.get("name", row.name),
            kind=asked.get("kind", row.kind),
            wordings=asked.get("texts", wordings),
            now=self.now,
        )
        return self.get(request, template_id)

    @told({204: None}, refuses="404 409")
    def delete(self, request: Request, template_id: str) -> Response:
        """204; 409 `in_use` while a reminder names it."""
        delete_template(actor=request.user, id=self.template(template_id, to_change=True).uuid, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TemplatePreview(KeeperDoor):
    """`POST templates/{id}/preview/`."""

    @told({200: answers.Preview}, body=inputs.Sample, refuses="404")
    def post(self, request: Request, template_id: str) -> Response:
        """Subject and text as somebody would get them; 400 where the notice or the assignment is unknown."""
        row = self.template(template_id)
        asked = checked(inputs.Sample, request.data)
        language = asked["language"] or translation.get_language()
        if language not in dict(settings.LANGUAGES):
            message = _('The platform has no language "%(language)s".') % {"language": language}
            raise Invalid(Problem("unknown_language", message, "language"))
        named = {name: uuid.UUID(asked[name]) for name in ("notice", "assignment") if asked[name]}
        sample = texts.sample(self.scope, **named)
        if sample is None:
            code, field = (f"unknown_{next(iter(named))}", next(iter(named))) if named else ("nothing_to_show", "")
            raise Invalid(Problem(code, _("There is nothing with which this can be shown."), field))
        sample.template = row
        with translation.override(language):
            subject, body = letters.own_text(sample, noticing.circumstances([sample]), self.now) or ("", "")
        return Response({"language": language, "subject": subject, "body": body})


class ReminderSets(KeeperDoor):
    """`GET reminder-sets/`: those of the role's organizations. `POST reminder-sets/`: makes one."""

    @told({200: page_of(answers.ReminderSet)}, query=inputs.TextQuery)
    def get(self, request: Request) -> Response:
        """A page, by name."""
        query = checked(inputs.TextQuery, request.query_params.dict())
        rows = texts.sets(self.scope)
        if query["organization"]:
            rows = rows.filter(organization__short_name=query["organization"])
        page = paging.page(rows, ["name"], size=query["page_size"], cursor=query["cursor"])
        return paged(request, page, *assignments.count(rows), [set_shown(row) for row in page.rows])

    @told({201: answers.ReminderSet}, body=inputs.NewReminderSet)
    def post(self, request: Request) -> Response:
        """201 with the set; 400 for what is wrong with it or with one of its rules."""
        asked = checked(inputs.NewReminderSet, request.data)
        asked["wanted"] = asked.pop("reminders")
        (made,) = save_reminder_set(actor=request.user, **asked, now=self.now).created
        return Response(set_shown(texts.reminder_set(self.scope, made)), status=status.HTTP_201_CREATED)


class ReminderSet(KeeperDoor):
    """`GET reminder-sets/{id}/`, `PATCH` and `DELETE`: assignments keep the rules that they have."""

    @told({200: answers.ReminderSet}, refuses="404")
    def get(self, request: Request, set_id: str) -> Response:
        """The set."""
        return Response(set_shown(self.reminder_set(set_id)))

    @told({200: answers.ReminderSet}, body=inputs.ChangedReminderSet, refuses="404")
    def patch(self, request: Request, set_id: str) -> Response:
        """The set as it is then."""
        row = self.reminder_set(set_id)
        asked = checked(inputs.ChangedReminderSet, request.data)
        wanted = asked.get("reminders", [policies.reminder(rule) for rule in row.rules.all()])
        name = asked.get("name", row.name)
        save_reminder_set(actor=request.user, id=row.uuid, name=name, wanted=wanted, now=self.now)
        return self.get(request, set_id)

    @told({204: None}, refuses="404")
    def delete(self, request: Request, set_id: str) -> Response:
        """204."""
        delete_reminder_set(actor=request.user, id=self.reminder_set(set_id).uuid, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)
