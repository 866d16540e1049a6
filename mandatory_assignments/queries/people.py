"""Who is meant: accounts by username or e-mail, names, zones. Outside the scope nobody is found."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Course, Problem, Scope
from ..host import lms
from ..models import OrganizationMember
from ..rules import deadlines
from ..settings import setting
from . import access


def organization(short_name: str) -> Organization | None:
    """The active organization of that short name."""
    return Organization.objects.filter(short_name=short_name, active=True).first()


def organizations_to_assign_for(scope: Scope) -> list[Organization]:
    """The organizations this scope may assign for as coordinator, by name; for global staff all."""
    found = Organization.objects.filter(active=True)
    if not scope.everything:
        found = found.filter(id__in=scope.organization_ids)
    return list(found.order_by("name"))


def learners(entries: Iterable[str], *, within: Q) -> dict[str, Any]:
    """Active accounts by what was typed: the username, or the e-mail without regard to case and blanks.

    `within` narrows whom may be found (members_of, enrolled_in). An entry that fits nobody, or more than one, is
    absent from the answer.
    """
    wanted = {entry: entry.strip() for entry in entries}
    typed = {name for name in wanted.values() if name and "\x00" not in name}
    if not typed:
        return {}
    users = list(
        get_user_model()
        .objects.annotate(lower_email=Lower("email"))
        .filter(within, Q(username__in=typed) | Q(lower_email__in={name.lower() for name in typed}), is_active=True)
        .distinct()
    )
    by_username = {user.username: user for user in users}
    by_email: dict[str, list[Any]] = {}
    for user in users:
        by_email.setdefault(user.email.strip().lower(), []).append(user)
    found = {}
    for entry, name in wanted.items():
        same_email = by_email.get(name.lower(), []) if name else []
        if name in by_username:
            found[entry] = by_username[name]
        elif len(same_email) == 1:
            found[entry] = same_email[0]
    return found


def unknown_learner(entry: str) -> Problem:
    """The one answer for whoever is not found, whatever the reason."""
    return Problem("unknown_learner", _('No learner "%(entry)s" can be found.') % {"entry": entry}, "learner")


MOST_SUGGESTED = 300


def suggestions(scope: Scope, course: Course | None = None) -> list[tuple[str, str]]:
    """Username and name of those to whom this scope may assign something, by name; none when they are too many.

    With a course also the people enrolled in it, where the scope is on its staff.
    """
    within = everybody() if scope.everything else members_of(*scope.organization_ids)
    if course and not scope.everything and access.staffs_course(scope, course.key, course.org):
        within |= enrolled_in(course.key)
    users = list(get_user_model().objects.filter(within, is_active=True).order_by("username")[: MOST_SUGGESTED + 1])
    if len(users) > MOST_SUGGESTED:
        return []
    by_id = names(users)
    return sorted(((user.username, by_id[user.id]) for user in users), key=lambda each: each[1].casefold())


def everybody() -> Q:
    """All accounts."""
    return Q()


def members_of(*organization_ids: int) -> Q:
    """The accounts that belong to the organization, or to one of several."""
    return Q(id__in=OrganizationMember.objects.filter(organization_id__in=organization_ids).values("user_id"))


def enrolled_in(course_key: str) -> Q:
    """The accounts that are enrolled in the course now."""
    return Q(id__in=lms.enrolled_learners(course_key))


def names(users: Collection[Any]) -> dict[int, str]:
    """The profile name of each account, its username where there is none."""
    profile_names = lms.names(user.id for user in users)
    return {user.id: profile_names.get(user.id, "").strip() or user.username for user in users}


def zones(learner_ids: Collection[int]) -> dict[int, str]:
    """The IANA zone in which each learner's days are counted: their preference, else the site's, else UTC."""
    preferred: Mapping[int, str] = lms.time_zones(learner_ids)
    site = setting("SITE_ZONE")
    return {learner_id: deadlines.first_zone(preferred.get(learner_id), site) for learner_id in learner_ids}
