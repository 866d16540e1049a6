"""The page of one person: where they belong, everything that was assigned and recorded, why mail may not arrive."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from .. import wording
from ..data import Refused, Scope
from ..queries import (
    acting,
    directory,
    mail_trouble,
    paging,
    people,
    persons,
    progress,
    progress_facts,
    revoking,
    rosters,
)
from ..wording import audit
from ..wording import notices as notice_words
from ..wording import persons as words
from ..wording import progress as progress_words
from .doors import rendered, staff_page

MOST_SHOWN = 200
"""Rounds and completions on the page; whoever has more is found through the list."""

EVENTS = 30


@require_safe
@staff_page
def person(request: HttpRequest, scope: Scope, now: datetime, username: str) -> HttpResponse:
    """All that the role may know of a person; managers see their own team, and change nothing here."""
    user = persons.person(scope, username)
    if user is None:
        raise Http404
    zone = people.zones([user.id])[user.id]
    try:
        trail = paging.page(
            persons.trail(scope, user.id), ["at"], size=EVENTS, descending=True, cursor=request.GET.get("cursor", "")
        )
    except Refused:
        return redirect(request.path)
    rounds = list(persons.rounds(scope, user.id)[:MOST_SHOWN])
    completions = list(persons.completions(scope, user.id)[:MOST_SHOWN])
    acted = {row.assignment.assigned_by_id for row in rounds} | {row.recorded_by_id for row in completions}
    acted |= {row.revoked_with.set_by_id for row in completions if row.revoked_with}
    names = people.names_of({id for id in acted if id})
    kept = acting.person(scope, username) if directory.keeps(scope) else None
    (facts,) = directory.persons(scope, [user], now)
    events, recorded = audit.lines(trail.rows, zone), words.recorded(completions, names, zone)
    return rendered(
        request,
        "person",
        scope,
        person=facts,
        active=user.is_active,
        organizations=_organizations(scope, facts),
        own_managers=[(row, _named(rosters.managers_of(row, user))) for row in kept.organizations] if kept else (),
        absence=wording.absence(facts.absence) if facts.absence else "",
        absence_in=facts.absence.organization.short_name if facts.absence else "",
        may_pause=kept.organizations if kept else (),
        rows=[wording.shown(row, now, names) for row in rounds],
        many=len(rounds) == MOST_SHOWN,
        troubles=_troubles(rounds),
        lists=_progress(scope, user),
        completions=recorded,
        undoable=undoable(scope, [*(each.floor for each in recorded), *(each.floor for each in events)]),
        events=events,
        zone=zone,
        next_query=urlencode({"cursor": trail.next}) if trail.next else "",
        previous_query=urlencode({"cursor": trail.previous}) if trail.previous else "",
    )


def _named(users: Any) -> list[tuple[str, str]]:
    """Username and name of each, by username."""
    rows = list(users.order_by("username"))
    names = people.names(rows)
    return [(user.username, names[user.id]) for user in rows]


def _progress(scope: Scope, user: Any) -> list[tuple[str, list[progress_words.Shown]]]:
    """The lists of what the person began or completed, each under its name; none without rows."""
    rows = progress.rows(scope, learner=user.username)
    page = paging.page(rows, [progress.COLUMN], descending=True, size=MOST_SHOWN, keys_first=True)
    shown = progress_words.shown(page.rows, progress_facts.facts(scope, page.rows))
    lists = [(str(name), [row for row in shown if row.kind == kind]) for kind, name in progress_words.TAB_NAMES.items()]
    return [each for each in lists if each[1]]


def undoable(scope: Scope, floors: Collection[str]) -> set[str]:
    """Those of the revocations that may still be undone."""
    return {str(floor) for floor in revoking.undoable(scope, [UUID(floor) for floor in floors if floor])}


def _organizations(scope: Scope, facts: directory.Person) -> list[tuple[str, str, bool]]:
    """Short name and name of each of the person's organizations, and whether its directory is kept by the role."""
    kept = {row.short_name: row.name for row in directory.kept(scope).filter(short_name__in=facts.organizations)}
    return [(short_name, kept.get(short_name, short_name), short_name in kept) for short_name in facts.organizations]


def _troubles(rounds: list[Any]) -> list[str]:
    """Why mails about open assignments may not arrive, each reason once."""
    open_ones = [row for row in rounds if row.open]
    found = mail_trouble.mail_troubles(open_ones)
    told = (notice_words.mail_trouble(found.get(row.id), row.zone) for row in open_ones)
    return [each for each in dict.fromkeys(told) if each]
