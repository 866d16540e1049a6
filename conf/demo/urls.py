"""The addresses of the miniature LMS: the platform's own names where it has one, then what plugins bring."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from edx_django_utils.plugins import get_plugin_url_patterns

from demo.campus.pages import clock, dashboard, instructor, outbox, people, player, refusals
from lms.djangoapps.courseware.masquerade import MasqueradeView
from lms.djangoapps.instructor.views.api_v2 import CourseMetadataView
from lms.djangoapps.instructor.views.instructor_dashboard import instructor_dashboard_2
from openedx.core.djangoapps.plugins.constants import ProjectType

COURSE_ID = settings.COURSE_ID_PATTERN
COURSE_KEY = settings.COURSE_KEY_PATTERN
USAGE_KEY = settings.USAGE_KEY_PATTERN
USAGE_ID = settings.USAGE_ID_PATTERN

urlpatterns = [
    path("", people.front_door, name="root"),
    path("heartbeat", people.heartbeat, name="heartbeat"),
    path("signin/", people.sign_in, name="signin_user"),
    path("signin/<str:username>/", people.sign_in_by_link, name="campus_signin_link"),
    path("logout", people.sign_out, name="logout"),
    path("dashboard", dashboard.dashboard, name="dashboard"),
    path("outbox/", outbox.outbox, name="campus_outbox"),
    path("outbox/<str:mail_id>/", outbox.mail, name="campus_mail"),
    path("outbox/<str:mail_id>/page/", outbox.mail_html, name="campus_mail_html"),
    path("clock/", clock.clock_page, name="campus_clock"),
    re_path(rf"^courses/{COURSE_ID}/enroll$", dashboard.enroll, name="campus_enroll"),
    re_path(rf"^courses/{COURSE_ID}/unenroll$", dashboard.unenroll, name="campus_unenroll"),
    re_path(rf"^courses/{COURSE_ID}/view-as$", player.masquerade, name="campus_masquerade"),
    re_path(rf"^courses/{COURSE_KEY}/masquerade$", MasqueradeView.as_view(), name="masquerade_update"),
    re_path(rf"^courses/{COURSE_ID}/instructor$", instructor_dashboard_2, name="instructor_dashboard"),
    re_path(rf"^courses/{COURSE_ID}/jump_to/(?P<location>.*)$", player.jump_to, name="jump_to"),
    re_path(
        rf"^courses/{COURSE_ID}/xblock/{USAGE_ID}/handler/(?P<handler>[^/]*)(?:/(?P<suffix>.*))?$",
        player.xblock_handler,
        name="xblock_handler",
    ),
    re_path(rf"^courses/{COURSE_ID}/$", player.course_page, name="course_root"),
    re_path(rf"^courses/{COURSE_ID}/course/$", player.course_page),
    re_path(rf"^xblock/{USAGE_KEY}$", player.render_xblock, name="render_xblock"),
    re_path(rf"^learning/course/{COURSE_ID}(?:/home)?/?$", player.course_page, name="learning_course"),
    re_path(
        rf"^learning/course/{COURSE_ID}/(?P<sequential>[^/]+@sequential\+[^/]+)/(?P<vertical>[^/]+)/?$",
        player.player,
        name="campus_player",
    ),
    re_path(
        rf"^learning/course/{COURSE_ID}/(?P<location>[^/]+@sequential\+[^/]+)/?$",
        player.jump_to,
        name="learning_sequence",
    ),
    re_path(rf"^api/course_home/v1/navigation/{COURSE_ID}$", player.navigation, name="campus_navigation"),
    re_path(
        rf"^instructor-dashboard/{COURSE_ID}(?:/(?P<tab_id>[\w-]+))?/?$",
        instructor.tabs_page,
        name="campus_instructor_tabs",
    ),
    path("api/completion/", include("completion.api.urls", namespace="completion_api")),
    re_path(
        rf"^api/instructor/v2/courses/{COURSE_ID}$",
        CourseMetadataView.as_view(),
        name="instructor_api_v2_course_metadata",
    ),
    path("admin/", admin.site.urls),
    *get_plugin_url_patterns(ProjectType.LMS),
]

handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.broken
