"""The names under which plugins register."""


class ProjectType:
    """Which process a plugin joins; also the group of its entry point."""

    LMS = "lms.djangoapp"
    CMS = "cms.djangoapp"


class SettingsType:
    """At which stage of building the settings a plugin is asked; there is no type for development."""

    PRODUCTION = "production"
    COMMON = "common"
    DEVSTACK = "devstack"
    TEST = "test"
