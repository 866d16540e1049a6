"""Certificates of courses."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """The platform's `certificates`."""

    name = "lms.djangoapps.certificates"
