import pytest

from demo.campus import build

COURSE = "course-v1:Acme+FIRE+2027"


@pytest.mark.django_db
def test_smoke():
    ann = build.user("ann")
    key = build.course(COURSE)
    build.enroll(ann, key)
    build.complete(ann, key, units=2)
    print(len(build.units(key)), build.drain())
    build.grade(ann, key, 80)
