"""How the directory looks in answers: usernames, short names, full paths; ids are uuids."""

from collections.abc import Collection
from typing import Any

from ...data import Outcome
from ...queries import directory, policies
from .shapes import instant


def organizations(rows: Collection[Any]) -> list[dict[str, Any]]:
    """Each organization with what it says itself and with what holds in effect."""
    own = policies.own_words([row.id for row in rows])
    return [
        {
            "short_name": row.short_name,
            "name": row.name,
            "policy": own[row.id],
            "effective": policies.effective(own[row.id]),
        }
        for row in rows
    ]


def departments(rows: Collection[Any]) -> list[dict[str, Any]]:
    """Each department with the number of people in it itself, and the managers appointed to it itself."""
    members, heads = directory.member_counts(rows), directory.heads(rows)
    return [
        {
            "id": str(row.uuid),
            "organization": row.organization.short_name,
            "path": directory.full_path(row),
            "name": row.name,
            "parent": str(row.parent.uuid) if row.parent else None,
            "members": members[row.id],
            "managers": heads[row.id],
        }
        for row in rows
    ]


def groups(rows: Collection[Any]) -> list[dict[str, Any]]:
    """Each learning group with the number of people in it, and the cohort that it follows."""
    members = directory.member_counts(rows)
    return [
        {
            "id": str(row.uuid),
            "organization": row.organization.short_name,
            "name": row.name,
            "members": members[row.id],
            "cohort": {
                "course": row.cohort_course_key,
                "name": row.cohort_name,
                "refreshed_at": instant(row.refreshed_at),
            }
            if row.cohort_course_key
            else None,
        }
        for row in rows
    ]


def people(persons: Collection[directory.Person]) -> list[dict[str, Any]]:
    """Each person; no e-mail addresses."""
    return [
        {
            "username": person.username,
            "name": person.name,
            "organizations": person.organizations,
            "departments": person.departments,
            "groups": person.groups,
            "managers": person.managers,
            "paused": _paused(person),
        }
        for person in persons
    ]


def changed_people(outcome: Outcome) -> dict[str, Any]:
    """Who came and went, by username, and what was typed that is nobody."""
    return {
        "added": outcome.created,
        "removed": outcome.changed,
        "unchanged": outcome.unchanged,
        "refused": [
            {"entry": entry, "code": problem.code, "message": problem.message} for entry, problem in outcome.refused
        ],
    }


def _paused(person: directory.Person) -> dict[str, Any] | None:
    away = person.absence
    if away is None:
        return None
    return {
        "organization": away.organization.short_name,
        "from_on": away.from_on.isoformat(),
        "until_on": away.until_on.isoformat(),
    }
