"""The calls that tell about compliance, now and as of a day, and about everything that was done."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from ...data import Forbidden, Invalid, Problem
from ...queries import assignments, auditing, paging, people, reports
from ...queries.reports import Asked, GroupBy
from ...wording import audit as words
from ...wording import reports as report_words
from . import report_answers as answers
from . import report_input as inputs
from .answers import page_of
from .calls import told
from .doors import StaffDoor, checked, paged
from .shapes import instant


class Compliance(StaffDoor):
    """`GET compliance/`: how many assignments stand where, by organization, department or training."""

    @told({200: answers.Compliance}, query=inputs.ComplianceQuery)
    def get(self, request: Request) -> Response:
        """A page of rows, and the total; 400 `day_ahead`."""
        query = checked(inputs.ComplianceQuery, request.query_params.dict())
        asked = Asked(query["as_of"], query["organization"], query["department"] or "", query["training"])
        if asked.as_of and asked.as_of > reports.last_day(self.now):
            raise inputs.lies_ahead()
        by = GroupBy(query["group_by"])
        first, size = _first(query["cursor"]), query["page_size"]
        found = reports.report(self.scope, asked, by, self.now)
        address, beyond = request.build_absolute_uri(), first + size
        return Response(
            {
                "count": len(found.rows),
                "count_exact": True,
                "next": replace_query_param(address, "cursor", beyond) if beyond < len(found.rows) else None,
                "previous": replace_query_param(address, "cursor", max(first - size, 0)) if first else None,
                "as_of": asked.as_of,
                "group_by": by.value,
                "total": _numbers(found.total),
                "results": [
                    {"id": row.key or None, "name": report_words.name_of(row), **_numbers(row.tally)}
                    for row in found.rows[first:beyond]
                ],
            }
        )


class Audit(StaffDoor):
    """`GET audit/`: what was done, the latest first."""

    @told({200: page_of(answers.AuditEntry)}, query=inputs.AuditQuery)
    def get(self, request: Request) -> Response:
        """A page; 403 for who is neither global staff nor coordinates an organization."""
        if not auditing.sees(self.scope):
            raise Forbidden(Problem("forbidden", _("Your role does not show you the audit trail.")))
        query = checked(inputs.AuditQuery, request.query_params.dict())
        rows = auditing.entries(
            self.scope,
            learner=query["learner"],
            training=query["training"],
            assignment=query["assignment"] or "",
            organization=query["organization"],
            act=query["act"],
            first=query["from"],
            last=query["until"],
        )
        page = paging.page(
            rows, ["at"], descending=True, size=query["page_size"], cursor=query["cursor"], keys_first=True
        )
        return paged(request, page, *assignments.count(rows), _entries(page.rows))


def _first(cursor: str) -> int:
    """The number of rows before a page; raises Invalid `bad_cursor`."""
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise Invalid(Problem("bad_cursor", _("This cursor does not belong to this list."), "cursor"))
    return int(cursor or 0)


def _numbers(tally: Any) -> dict[str, Any]:
    return {**{name: getattr(tally, name) for name in report_words.NUMBERS}, "rate": tally.rate}


def _entries(rows: Any) -> list[dict[str, Any]]:
    """A page of the trail as the API shows it."""
    users = {user.id: user for row in rows for user in (row.actor, row.learner) if user}
    names = people.names(list(users.values())) if users else {}

    def named(user: Any) -> dict[str, str] | None:
        return {"username": user.username, "name": names[user.id]} if user else None

    return [
        {
            "at": instant(row.at),
            "act": row.act,
            "text": line.text or line.act,
            "actor": named(row.actor),
            "actor_name": row.actor_name,
            "learner": named(row.learner),
            "training": {"id": str(row.training.uuid), "name": row.training.name} if row.training else None,
            "organization": row.organization.short_name if row.organization else None,
            "assignment": str(row.assignment.uuid) if row.assignment else None,
            "why": row.why,
            "before": row.before,
            "after": row.after,
        }
        for row, line in zip(rows, words.lines(rows, auditing.zone()), strict=True)
    ]
