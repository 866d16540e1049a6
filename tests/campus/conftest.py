from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from demo.campus import build

KEY = "course-v1:Acme+PAGES+2027"


@pytest.fixture
def course(db):
    return build.course(KEY, name="Fire safety", sections=2, subsections=1, units=2, blocks=2)


@pytest.fixture
def learner(db):
    return build.user("lena", name="Lena Learner", organization="Acme")


@pytest.fixture
def enrolled(course, learner):
    build.enroll(learner, course)
    return learner


@pytest.fixture
def teacher(course):
    teacher = build.user("tara", name="Tara Teacher", organization="Acme")
    build.course_staff(teacher, course)
    return teacher


@pytest.fixture
def visit_as(db) -> Callable[..., Client]:
    def as_user(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_user


@pytest.fixture
def unit_pages(course) -> list[tuple[str, str]]:
    """The player's page and the frame's page of each unit, in order."""
    from demo.campus.pages.courses import outline

    tree = outline(build.user("tess", is_staff=True), course)
    return [(unit.url, f"/xblock/{unit.key}") for unit in tree.units]
