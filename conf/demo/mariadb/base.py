"""The database wrapper that Django loads for `demo.mariadb`."""

from django.db.backends.mysql import base

from .features import DatabaseFeatures


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's MySQL wrapper with the features of MySQL 8."""

    features_class = DatabaseFeatures
