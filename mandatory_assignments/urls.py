"""Every address of the plugin. The patterns are narrow, because the LMS mounts them at its root."""

from django.urls import include, path, re_path

from .learner import pages as learner
from .staff import pages as staff

COURSE_KEY = r"(?P<course_key>[^/+]+(?:/|\+)[^/+]+(?:/|\+)[^/?]+)"
STAFF = r"^mandatory-assignments/staff/"

app_name = "mandatory_assignments"

urlpatterns = [
    path("mandatory-assignments/", learner.my_assignments, name="my-assignments"),
    path("mandatory-assignments/assignments/<uuid:assignment_id>/", learner.my_assignment, name="my-assignment"),
    path(
        "mandatory-assignments/assignments/<uuid:assignment_id>/continue/",
        learner.continue_assignment,
        name="my-assignment-continue",
    ),
    path("mandatory-assignments/staff/", staff.assignments_list, name="staff-list"),
    path("mandatory-assignments/staff/new/", staff.new_assignment, name="staff-new"),
    path("mandatory-assignments/staff/assignments/<uuid:assignment_id>/", staff.assignment, name="staff-assignment"),
    re_path(rf"{STAFF}courses/{COURSE_KEY}/new/$", staff.new_assignment, name="staff-course-new"),
    re_path(rf"{STAFF}courses/{COURSE_KEY}/$", staff.assignments_list, name="staff-course"),
    path("api/mandatory-assignments/v1/", include("mandatory_assignments.rest_api.v1.urls")),
]
