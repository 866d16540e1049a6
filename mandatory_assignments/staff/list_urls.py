"""The addresses around the list: what is done with several or all of it, taking that back, its file, its people."""

from django.urls import path, re_path

from . import acts, matching, sheet_pages, suggesting, undo

STAFF = "mandatory-assignments/staff/"
COURSE_KEY = r"(?P<course_key>[^/+]+(?:/|\+)[^/+]+(?:/|\+)[^/?]+)"

urlpatterns = [
    *[path(f"{STAFF}change/{act}/", acts.act_on_many, {"act": act}, name=f"staff-many-{act}") for act in acts.ACTS],
    *[
        path(f"{STAFF}change/{act}/all/", matching.act_on_matching, {"act": act}, name=f"staff-matching-{act}")
        for act in acts.ACTS
    ],
    path(f"{STAFF}change/plans/<uuid:job_id>/", matching.plan, name="staff-change-plan"),
    path(f"{STAFF}undo/", undo.undo, name="staff-undo"),
    path(f"{STAFF}assignments.csv", sheet_pages.export, name="staff-export"),
    path(f"{STAFF}people/suggest/", suggesting.suggest, name="staff-people-suggest"),
    re_path(rf"^{STAFF}courses/{COURSE_KEY}/assignments\.csv$", sheet_pages.export, name="staff-course-export"),
    re_path(rf"^{STAFF}courses/{COURSE_KEY}/people/suggest/$", suggesting.suggest, name="staff-course-people-suggest"),
]
