"""The LMS's Celery app: settings under their old upper-case names, without a namespace."""

from celery import Celery

APP = Celery("lms")
APP.config_from_object("django.conf:settings")
APP.autodiscover_tasks()
