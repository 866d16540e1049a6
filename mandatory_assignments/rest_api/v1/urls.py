"""The addresses of version 1. An id in an address may be anything, so that a malformed one gets a coded 404."""

from django.urls import path, re_path

from .doors import Nowhere
from .training_views import Training, Trainings
from .views import Assignment, Assignments, MyAssignment, MyAssignments

urlpatterns = [
    path("assignments/", Assignments.as_view(), name="api-assignments"),
    path("assignments/<str:assignment_id>/", Assignment.as_view(), name="api-assignment"),
    path("me/assignments/", MyAssignments.as_view(), name="api-my-assignments"),
    path("me/assignments/<str:assignment_id>/", MyAssignment.as_view(), name="api-my-assignment"),
    path("trainings/", Trainings.as_view(), name="api-trainings"),
    path("trainings/<str:training_id>/", Training.as_view(), name="api-training"),
    re_path(r"^(?:.+/)?$", Nowhere.as_view()),
]
