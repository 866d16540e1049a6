"""The addresses of version 1. An id in an address may be anything, so that a malformed one gets a coded 404."""

from django.urls import path, re_path

from .absence_views import Pause, Resume
from .bulk_views import BulkUpdate
from .change_views import Assignment, Exempt, Lift, Withdraw
from .doors import Nowhere
from .training_views import Training, Trainings
from .views import Assignments, MyAssignment, MyAssignments

urlpatterns = [
    path("assignments/", Assignments.as_view(), name="api-assignments"),
    path("assignments/bulk-update/", BulkUpdate.as_view(), name="api-bulk-update"),
    path("assignments/<str:assignment_id>/", Assignment.as_view(), name="api-assignment"),
    path("assignments/<str:assignment_id>/withdraw/", Withdraw.as_view(), name="api-withdraw"),
    path("assignments/<str:assignment_id>/exempt/", Exempt.as_view(), name="api-exempt"),
    path("assignments/<str:assignment_id>/lift/", Lift.as_view(), name="api-lift"),
    path("me/assignments/", MyAssignments.as_view(), name="api-my-assignments"),
    path("me/assignments/<str:assignment_id>/", MyAssignment.as_view(), name="api-my-assignment"),
    path("people/<str:username>/pause/", Pause.as_view(), name="api-pause"),
    path("people/<str:username>/resume/", Resume.as_view(), name="api-resume"),
    path("trainings/", Trainings.as_view(), name="api-trainings"),
    path("trainings/<str:training_id>/", Training.as_view(), name="api-training"),
    re_path(r"^(?:.+/)?$", Nowhere.as_view()),
]
