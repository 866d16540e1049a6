"""A miniature LMS: a Django project that loads the plugin exactly as the LMS does."""
