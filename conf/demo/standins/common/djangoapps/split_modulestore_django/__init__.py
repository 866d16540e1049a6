"""Stand-in for the platform's `common.djangoapps.split_modulestore_django`."""
