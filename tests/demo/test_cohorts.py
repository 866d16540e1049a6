import pytest
from openedx_events.learning.signals import COHORT_MEMBERSHIP_CHANGED

from demo.campus import build
from openedx.core.djangoapps.course_groups import cohorts
from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseCohort, CourseUserGroup
from openedx.core.djangoapps.course_groups.signals.signals import COHORT_MEMBERSHIP_UPDATED

EVENTS = {"changed": COHORT_MEMBERSHIP_CHANGED, "updated": COHORT_MEMBERSHIP_UPDATED}


@pytest.fixture
def stored():
    """Which cohort a receiver of the event reads for the learner, each time it is sent."""
    read = []

    def look(cohort, **kwargs):
        found = CohortMembership.objects.filter(user_id=cohort.user.id).first()
        read.append(found.course_user_group.name if found else None)

    COHORT_MEMBERSHIP_CHANGED.connect(look, weak=False)
    yield read
    COHORT_MEMBERSHIP_CHANGED.disconnect(look)


def test_a_course_has_none_at_first(ann, course):
    assert not cohorts.is_course_cohorted(course)
    assert cohorts.get_cohort(ann, course) is None


def test_merely_asking_puts_the_learner_into_one(ann, course):
    cohorts.set_course_cohorted(course, True)
    assert cohorts.get_cohort(ann, course).name == cohorts.DEFAULT_COHORT_NAME
    assert CohortMembership.objects.get().user == ann


def test_asking_without_assigning_does_not(ann, course):
    cohorts.set_course_cohorted(course, True)
    assert cohorts.get_cohort(ann, course, assign=False) is None
    assert not CohortMembership.objects.exists()


def test_asking_draws_among_the_cohorts_filled_by_lot(ann, course):
    build.cohort(course, "By hand")
    drawn = CourseCohort.create("By lot", course_id=course, assignment_type=CourseCohort.RANDOM).course_user_group
    assert cohorts.get_cohort(ann, course) == drawn


def test_the_event_comes_before_the_row_is_stored(ann, course, stored):
    plant = build.cohort(course, "Plant", [ann])
    office = build.cohort(course, "Office")
    cohorts.add_user_to_cohort(office, ann)
    assert stored == [None, "Plant"]
    assert cohorts.get_cohort(ann, course) == office
    assert list(plant.users.all()) == []


def test_a_removal_sends_no_public_event(ann, course, hear):
    plant = build.cohort(course, "Plant", [ann])
    heard = hear(**EVENTS)
    cohorts.remove_user_from_cohort(plant, "ann")
    assert [name for name, _ in heard] == ["updated"]
    assert not CohortMembership.objects.exists()
    assert not plant.users.exists()


def test_nobody_is_put_into_the_same_cohort_twice(ann, course):
    plant = build.cohort(course, "Plant", [ann])
    with pytest.raises(ValueError, match="already present"):
        cohorts.add_user_to_cohort(plant, ann)
    with pytest.raises(ValueError, match="not present"):
        cohorts.remove_user_from_cohort(build.cohort(course, "Office"), "ann")


def test_cohorts_are_found_by_course_and_name(course):
    plant, office = build.cohort(course, "Plant"), build.cohort(course, "Office")
    assert cohorts.get_course_cohorts(course_id=course) == [office, plant]
    assert cohorts.get_cohort_by_name(course, "Plant") == plant
    assert cohorts.get_cohort_by_id(course, office.id) == office
    with pytest.raises(CourseUserGroup.DoesNotExist):
        cohorts.get_cohort_by_name(course, "Nowhere")
    with pytest.raises(ValueError, match="same name"):
        cohorts.add_cohort(course, "Plant", CourseCohort.MANUAL)


def test_many_can_be_read_at_once_for_the_rest_of_the_request(ann, course, count_queries):
    bob = build.user("bob")
    plant = build.cohort(course, "Plant", [ann])
    cohorts.bulk_cache_cohorts(course, [ann, bob])

    def ask():
        assert cohorts.get_cohort(ann, course, use_cached=True) == plant
        assert cohorts.get_cohort(bob, course, use_cached=True) is None

    assert count_queries(ask) == 0
