"""The LMS's Celery app: settings under their old upper-case names, without a namespace."""

from celery import Celery
from celery.signals import task_postrun
from edx_django_utils.cache import RequestCache

APP = Celery("lms")
APP.config_from_object("django.conf:settings")
APP.autodiscover_tasks()


@task_postrun.connect
def clear_request_cache(**kwargs: object) -> None:
    """What a task has remembered ends with it, as at the end of a request."""
    RequestCache.clear_all_namespaces()
