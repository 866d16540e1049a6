import pytest
from openedx_filters import PipelineStep
from openedx_filters.learning import filters
from openedx_filters.learning.filters import InstructorDashboardRenderStarted
from waffle.testutils import override_flag

from common.djangoapps.student.roles import CourseDataResearcherRole
from demo.campus import build

LEGACY = "instructor.legacy_instructor_dashboard"
KEYS = {
    "course",
    "studio_url",
    "sections",
    "disable_buttons",
    "analytics_dashboard_message",
    "certificate_allowlist",
    "certificate_invalidations",
    "generate_certificate_exceptions_url",
    "generate_bulk_certificate_exceptions_url",
    "certificate_exception_view_url",
    "certificate_invalidation_view_url",
    "xqa_server",
    "plugins",
}
SEEN = []
with_tabs = pytest.mark.skipif(
    not hasattr(filters, "InstructorDashboardTabsRequested"),
    reason="missing: the filter for tabs, which came with Verawood",
)


class AddSection(PipelineStep):
    """A step of another plugin that adds a section."""

    def run_filter(self, context, template_name):
        SEEN.append(set(context))
        context["sections"].append(
            {
                "section_key": "membership",
                "section_display_name": "<b>Ours</b>",
                "access": True,
                "course_id": str(context["course"].id),
            }
        )
        return {"context": context, "template_name": template_name}


class GoAway(PipelineStep):
    """A step of another plugin that redirects."""

    def run_filter(self, **kwargs):
        raise InstructorDashboardRenderStarted.RedirectToPage("away", redirect_to="/elsewhere")


class AddTab(PipelineStep):
    """A step of another plugin that adds a tab."""

    def run_filter(self, tabs, user, course_key):
        tab = {"tab_id": "ours", "title": user.username, "url": f"https://x/{course_key}", "sort_order": 15}
        return {"tabs": [*tabs, tab], "user": user, "course_key": course_key}


class Refuse(PipelineStep):
    """A step of another plugin that shows a list of its own."""

    def run_filter(self, **kwargs):
        raise filters.InstructorDashboardTabsRequested.PreventTabsGeneration("no", tabs=[{"tab_id": "alone"}])


@pytest.fixture
def steps(settings):
    def use(kind, step):
        settings.OPEN_EDX_FILTERS_CONFIG = {kind: {"fail_silently": False, "pipeline": [f"{__name__}.{step.__name__}"]}}

    SEEN.clear()
    settings.OPEN_EDX_FILTERS_CONFIG = {}
    return use


@pytest.fixture
def teacher(course):
    teacher = build.user("tara")
    build.course_staff(teacher, course)
    return teacher


class TestTheOldDashboard:
    """A page of sections."""

    @pytest.fixture
    def get(self, client, course):
        def get_as(user):
            client.force_login(user)
            return client.get(f"/courses/{course}/instructor")

        return get_as

    def test_staff_see_its_sections(self, get, teacher, steps):
        html = get(teacher).content.decode()
        assert "Course Info" in html
        assert "Membership" in html
        assert "Data Download" not in html

    def test_lesser_roles_see_theirs(self, get, course, steps):
        researcher = build.user("rita")
        CourseDataResearcherRole(course).add_users(researcher)
        html = get(researcher).content.decode()
        assert "Data Download" in html
        assert "Membership" not in html

    def test_nobody_else_does(self, get, ann, steps):
        assert get(ann).status_code == 404

    def test_a_course_that_is_not_there_is_not_found(self, client, teacher):
        client.force_login(teacher)
        assert client.get("/courses/course-v1:No+Such+Course/instructor").status_code == 404

    def test_a_step_gets_the_context_and_adds_a_section_which_is_escaped(self, get, teacher, steps):
        steps(InstructorDashboardRenderStarted.filter_type, AddSection)
        html = get(teacher).content.decode()
        assert SEEN == [KEYS]
        assert "&lt;b&gt;Ours&lt;/b&gt;" in html

    def test_a_step_can_send_elsewhere(self, get, teacher, steps):
        steps(InstructorDashboardRenderStarted.filter_type, GoAway)
        assert get(teacher).headers["Location"] == "/elsewhere"

    def test_without_the_flag_it_redirects_before_any_step_runs(self, get, teacher, course, settings, steps):
        steps(InstructorDashboardRenderStarted.filter_type, AddSection)
        with override_flag(LEGACY, active=False):
            answer = get(teacher)
        assert answer.headers["Location"] == f"{settings.INSTRUCTOR_MICROFRONTEND_URL}/{course}/course_info"
        assert SEEN == []


class TestTheNewDashboard:
    """Its API."""

    @pytest.fixture
    def get(self, client, course):
        def get_as(user):
            if user:
                client.force_login(user)
            return client.get(f"/api/instructor/v2/courses/{course}")

        return get_as

    def test_it_lists_the_tabs_that_the_person_may_open(self, get, teacher, course, steps):
        tabs = get(teacher).json()["tabs"]
        assert [(tab["tab_id"], tab["sort_order"]) for tab in tabs] == [
            ("course_info", 10),
            ("enrollments", 20),
            ("course_team", 30),
            ("grading", 40),
            ("cohorts", 90),
        ]
        assert tabs[0]["url"] == f"/instructor-dashboard/{course}/course_info"

    def test_it_tells_of_the_course(self, get, ann, teacher, course, steps):
        build.enroll(ann, course)
        said = get(teacher).json()
        assert (said["course_id"], said["org"], said["total_enrollment"]) == (str(course), "Acme", 1)

    def test_nobody_else_gets_an_answer(self, get, ann, steps):
        assert get(None).status_code == 401
        assert get(ann).status_code == 403

    def test_a_course_that_is_not_there_is_not_found(self, client, teacher):
        client.force_login(teacher)
        assert client.get("/api/instructor/v2/courses/course-v1:No+Such+Course").status_code == 404

    @with_tabs
    def test_a_step_adds_a_tab(self, get, teacher, course, steps):
        requested = pytest.importorskip("openedx_filters.learning.filters").InstructorDashboardTabsRequested
        steps(requested.filter_type, AddTab)
        assert get(teacher).json()["tabs"][-1] == {
            "tab_id": "ours",
            "title": "tara",
            "url": f"https://x/{course}",
            "sort_order": 15,
        }

    @with_tabs
    def test_a_step_can_show_a_list_of_its_own(self, get, teacher, steps):
        steps(filters.InstructorDashboardTabsRequested.filter_type, Refuse)
        assert get(teacher).json()["tabs"] == [{"tab_id": "alone"}]
