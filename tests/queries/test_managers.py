"""Who looks after whom: the rule against a naive walk up the tree, and what it costs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Department, Membership, OrganizationMember, Supervision
from mandatory_assignments.queries.managers import managers, managers_in

PATHS = ("A", "A/B", "A/B/C", "A/D", "E", "E/B")
PEOPLE = range(6)


def naive(people, organization):
    """The same told step by step, for one person after the other."""
    members = set(OrganizationMember.objects.filter(organization=organization).values_list("user_id", flat=True))
    elsewhere = set(OrganizationMember.objects.exclude(organization=organization).values_list("user_id", flat=True))

    def fit(manager, person):
        foreign = manager.id not in members and manager.id in elsewhere
        return manager.is_active and manager.id != person.id and not foreign

    found = {}
    for person in people:
        supervisions = Supervision.objects.filter(organization=organization, person=person).select_related("manager")
        chosen = {row.manager_id for row in supervisions if fit(row.manager, person)}
        if not chosen:
            for membership in Membership.objects.filter(user=person, department__organization=organization):
                department = membership.department
                while department:
                    heads = [row.manager for row in department.supervisions.select_related("manager")]
                    here = {head.id for head in heads if fit(head, person)}
                    if here:
                        chosen |= here
                        break
                    department = department.parent
        found[person.id] = sorted(chosen)
    return found


class NearestManager(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        inside=st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PATHS)), max_size=8),
        heads=st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PATHS)), max_size=6),
        own=st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=4),
        inactive=st.sets(st.sampled_from(PEOPLE), max_size=2),
        foreign=st.sets(st.sampled_from(PEOPLE), max_size=2),
        nowhere=st.sets(st.sampled_from(PEOPLE), max_size=2),
    )
    def test_it_is_who_a_walk_up_the_tree_finds(self, inside, heads, own, inactive, foreign, nowhere):
        acme, globex = build.organization("Acme"), build.organization("Globex")
        people = build.users(len(PEOPLE))
        for path in PATHS:
            for organization in ("Acme", "Globex"):
                build.department(f"{organization}/{path}")
        api.add_organization_members("Globex", [people[index].id for index in foreign])
        api.add_organization_members(
            "Acme", [person.id for index, person in enumerate(people) if index not in foreign | nowhere]
        )
        departments = {row.path: row for row in Department.objects.filter(organization=acme)}
        now = OrganizationMember.objects.values_list("joined_at", flat=True).first()
        for index, path in inside:
            Membership.objects.create(user=people[index], department=departments[path], joined_at=now)
        for index, path in heads:
            Supervision.objects.create(organization=acme, manager=people[index], department=departments[path])
        for manager, person in own:
            Supervision.objects.create(organization=acme, manager=people[manager], person=people[person])
        for index in inactive:
            people[index].is_active = False
            people[index].save()
        ids = [person.id for person in people]
        assert managers(ids, acme.id) == naive(people, acme)
        assert managers(ids, globex.id) == naive(people, globex)


@pytest.fixture
def acme(db):
    return build.organization("Acme")


def test_the_queries_are_as_many_for_one_as_for_a_hundred(acme, count_queries):
    globex, people = build.organization("Globex"), build.users(100, organization="Acme")
    api.add_organization_members("Globex", [person.id for person in people])
    for index in range(10):
        for organization in ("Acme", "Globex"):
            build.department(
                f"{organization}/D{index}/Below", members=people[index::10], managers=people[index : index + 1]
            )
    ids = [person.id for person in people]
    everybody = {(id, organization.id) for id in ids for organization in (acme, globex)}
    assert count_queries(lambda: managers(ids[:1], acme.id)) == count_queries(lambda: managers_in(everybody)) == 3


def test_nobody_asked_nobody_found(acme, count_queries):
    assert managers([], acme.id) == {}
    assert count_queries(lambda: managers([], acme.id)) == 0


@pytest.fixture
def lena(acme):
    """In Acme/Field/North, which nobody heads; Max heads the department above."""
    lena = build.user("lena", organization="Acme")
    build.department("Acme/Field/North", members=[lena])
    build.department("Acme/Field", managers=[build.user("max", organization="Acme")])
    return lena


def of(person, acme):
    from django.contrib.auth import get_user_model

    found = managers([person.id], acme.id)[person.id]
    return sorted(get_user_model().objects.filter(id__in=found).values_list("username", flat=True))


def test_the_nearest_department_upwards_that_has_managers_gives_them(lena, acme):
    assert of(lena, acme) == ["max"]
    build.department("Acme/Field/North", managers=[build.user("nora", organization="Acme")])
    assert of(lena, acme) == ["nora"]


def test_managers_of_their_own_come_before_those_of_departments(lena, acme):
    build.user("olaf", organization="Acme")
    api.change_managers("lena", add=["olaf"])
    assert of(lena, acme) == ["olaf"]


def test_who_heads_their_own_department_is_managed_from_further_up(lena, acme):
    build.department("Acme/Field/North", managers=[lena])
    assert of(lena, acme) == ["max"]


def test_an_inactive_manager_is_passed_over(lena, acme):
    nora = build.user("nora", organization="Acme")
    build.department("Acme/Field/North", managers=[nora])
    nora.is_active = False
    nora.save()
    assert of(lena, acme) == ["max"]


def test_a_manager_of_another_organization_is_passed_over_and_one_of_none_is_not(lena, acme):
    build.department("Acme/Field/North", managers=[build.user("gregor", organization="Globex")])
    assert of(lena, acme) == ["max"]
    build.department("Acme/Field/North", managers=[build.user("nobodys")])
    assert of(lena, acme) == ["nobodys"]
