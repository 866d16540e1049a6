"""Which features the miniature LMS may use on MariaDB: those that production's MySQL 8 has too."""

from django.db.backends.mysql import features


class DatabaseFeatures(features.DatabaseFeatures):
    """No rows back from an insert, no native uuid column."""

    can_return_columns_from_insert = False
    can_return_rows_from_bulk_insert = False
    has_native_uuid_field = False
