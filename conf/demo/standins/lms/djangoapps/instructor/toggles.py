"""Which dashboard is shown."""

from edx_toggles.toggles import WaffleFlag

LEGACY_INSTRUCTOR_DASHBOARD = WaffleFlag("instructor.legacy_instructor_dashboard", __name__)


def legacy_instructor_dashboard() -> bool:
    """Whether the old page is shown instead of the new one."""
    return LEGACY_INSTRUCTOR_DASHBOARD.is_enabled()
