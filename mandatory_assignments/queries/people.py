"""Who is meant: accounts by username or e-mail, names, zones. Outside the scope nobody is found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Course, Invalid, Outcome, Problem, Scope
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


def learners(entries: Iterable[str], *, within: Q, inactive_too: bool = False) -> dict[str, Any]:
    """Active accounts by what was typed: the username, or the e-mail without regard to case and blanks.

    `within` narrows whom may be found (members_of, enrolled_in). An entry that fits nobody, or more than one, is
    absent from the answer.
    """
    wanted = {entry: entry.strip() for entry in entries}
    typed = {name for name in wanted.values() if name and "\x00" not in name}
    if not typed:
        return {}
    rows = get_user_model().objects.filter(within).distinct()
    rows = rows if inactive_too else rows.filter(is_active=True)
    by_username = {user.username: user for user in rows.filter(username__in=typed)}
    by_email = _by_email(rows, {name for name in typed - by_username.keys() if "@" in name})
    found = {}
    for entry, name in wanted.items():
        same_email = by_email.get(name.lower(), []) if name else []
        if name in by_username:
            found[entry] = by_username[name]
        elif len(same_email) == 1:
            found[entry] = same_email[0]
    return found


def _by_email(rows: QuerySet[Any], typed: Collection[str]) -> dict[str, list[Any]]:
    """The accounts by their e-mail in small letters.

    As they were typed, and in small letters, over the index of the e-mail; only for the rest every account is read.
    """
    found: dict[str, list[Any]] = {}
    wanted = {name.lower() for name in typed}
    if wanted:
        _gather(rows.filter(email__in=wanted.union(typed)), found)
    if rest := wanted - found.keys():
        _gather(rows.annotate(lower_email=Lower("email")).filter(lower_email__in=rest), found)
    return found


def _gather(users: Iterable[Any], found: dict[str, list[Any]]) -> None:
    for user in users:
        found.setdefault(user.email.strip().lower(), []).append(user)


def active(user_ids: Collection[int], *, within: Q) -> list[Any]:
    """Those of the accounts that are active and that `within` covers, in order of id: one query."""
    rows = get_user_model().objects.filter(within, id__in=user_ids, is_active=True)
    return list(rows.distinct().order_by("id"))


def active_ids(user_ids: Collection[int]) -> set[int]:
    """The ids of those of the accounts that are active."""
    return set(get_user_model().objects.filter(id__in=user_ids, is_active=True).values_list("id", flat=True))


def unknown_learner(entry: str, field: str = "learner") -> Problem:
    """The one answer for whoever is not found, whatever the reason."""
    return Problem("unknown_learner", _('No learner "%(entry)s" can be found.') % {"entry": entry}, field)


MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a change of some people means: usernames by id of who is to come and who is to go, and who is nobody."""

    coming: Mapping[int, str]
    going: Mapping[int, str]
    refused: Sequence[tuple[str, Problem]]

    def outcome(self, came: Collection[int], gone: Collection[int]) -> Outcome:
        """The usernames: `created` of those who came, `changed` of those who went, `unchanged` of all others."""
        everybody = {**self.coming, **self.going}
        return Outcome(
            created=[self.coming[id] for id in self.coming if id in came],
            changed=[self.going[id] for id in self.going if id in gone],
            unchanged=[name for id, name in everybody.items() if id not in came and id not in gone],
            refused=self.refused,
        )


def named(add: Collection[str], remove: Collection[str], *, within: Q, remove_within: Q | None = None) -> Named:
    """Whom these entries (usernames or e-mails) name; `refused` holds pairs of an entry and `unknown_learner`.

    Who is to go may be inactive. Raises Invalid `too_many` and `named_twice`.
    """
    for field, entries in (("add", add), ("remove", remove)):
        if len(entries) > MOST_NAMED:
            message = _("%(count)d people are too many; at most %(most)d can be named at once.")
            raise Invalid(Problem("too_many", message % {"count": len(entries), "most": MOST_NAMED}, field))
    coming = learners(add, within=within)
    going = learners(remove, within=within if remove_within is None else remove_within, inactive_too=True)
    twice = {user.id for user in coming.values()} & {user.id for user in going.values()}
    for entry, user in going.items():
        if user.id in twice:
            message = _('"%(entry)s" cannot be added and removed at once.') % {"entry": entry}
            raise Invalid(Problem("named_twice", message, "remove"))
    nobody = [entry for entry in dict.fromkeys(add) if entry not in coming]
    nobody += [entry for entry in dict.fromkeys(remove) if entry not in going and entry not in nobody]
    return Named(
        {user.id: user.username for user in coming.values()},
        {user.id: user.username for user in going.values()},
        [(entry, unknown_learner(entry)) for entry in nobody],
    )


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


def organizations_of(user_id: int) -> list[int]:
    """The ids of the organizations to which the account belongs."""
    return list(OrganizationMember.objects.filter(user_id=user_id).values_list("organization_id", flat=True))


def check_members(organization_id: int, user_ids: Collection[int], scope: Scope) -> None:
    """Raises Invalid `unknown_learner` for ids outside the organization, unless the scope reaches everybody."""
    if scope.everything:
        return
    members = OrganizationMember.objects.filter(organization_id=organization_id, user_id__in=user_ids)
    outside = sorted(set(user_ids) - set(members.values_list("user_id", flat=True)))
    if outside:
        raise Invalid(*(unknown_learner(str(user_id)) for user_id in outside))


def enrolled_in(course_key: str) -> Q:
    """The accounts that are enrolled in the course now."""
    return Q(id__in=lms.enrolled_learners(course_key))


def names_of(user_ids: Collection[int]) -> dict[int, str]:
    """The same for ids: two queries."""
    return names(get_user_model().objects.filter(id__in=user_ids))


def is_active(user_id: int) -> bool:
    """Whether there is an active account with this id."""
    return get_user_model().objects.filter(id=user_id, is_active=True).exists()


def accounts(user_ids: Collection[int]) -> dict[int, Any]:
    """The accounts with these ids, by id: one query."""
    return dict(get_user_model().objects.in_bulk(user_ids))


def names(users: Collection[Any]) -> dict[int, str]:
    """The profile name of each account, its username where there is none."""
    profile_names = lms.names(user.id for user in users)
    return {user.id: profile_names.get(user.id, "").strip() or user.username for user in users}


def zones(learner_ids: Collection[int]) -> dict[int, str]:
    """The IANA zone in which each learner's days are counted: their preference, else the site's, else UTC."""
    preferred: Mapping[int, str] = lms.time_zones(learner_ids)
    site = setting("SITE_ZONE")
    return {learner_id: deadlines.first_zone(preferred.get(learner_id), site) for learner_id in learner_ids}
