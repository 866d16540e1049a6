"""Which slot of which front end shows what of ours. A slot that a release does not have is never asked for.

Always full ids: of several entries for a slot the framework takes the last one, and an alias would be a second entry.
"""

LEARNING = "org.openedx.frontend.learning"
LAYOUT = "org.openedx.frontend.layout"
SITE = "org.openedx.frontend.slot"


def fpf(widget: str, name: str, priority: int) -> str:
    """A widget of the Frontend Plugin Framework: after the slot's own content from 51 on, silent when it breaks."""
    return (
        "{ op: PLUGIN_OPERATIONS.Insert, widget: { "
        f"id: 'mandatory_assignments_{name}', type: DIRECT_PLUGIN, priority: {priority}, "
        f"RenderWidget: {widget}, errorFallbackComponent: () => null "
        "} }"
    )


FPF_SLOTS = [
    ("learning", f"{LEARNING}.sequence_container.v1", fpf("MaSidebar", "sidebar", 60)),
    ("learning", f"{LEARNING}.course_outline_sidebar_unit.v1", fpf("MaSidebarUnit", "sidebar_unit", 60)),
    ("learning", f"{LEARNING}.unit_title.v1", fpf("MaUnitNote", "unit_note", 60)),
    ("learning", f"{LEARNING}.course_outline_tab_notifications.v1", fpf("MaCourseHome", "course_home", 40)),
    ("learning", f"{LAYOUT}.header_learning_help.v1", fpf("MaHeader", "header_learning", 40)),
    (
        "learner-dashboard",
        "org.openedx.frontend.learner_dashboard.widget_sidebar.v1",
        fpf("MaDashboard", "dashboard", 40),
    ),
    ("all", f"{LAYOUT}.header_desktop_secondary_menu.v1", fpf("MaHeader", "header", 40)),
    ("all", f"{LAYOUT}.header_mobile_main_menu.v1", fpf("MaHeader", "header_mobile", 60)),
]


def site(widget: str, slot: str, name: str) -> str:
    """A widget of a frontend-base site."""
    return (
        f"{{ slotId: '{SITE}.{slot}.v1', id: 'mandatory_assignments.{name}', "
        f"op: MaOperations.APPEND, element: <{widget} /> }}"
    )


SITE_SLOTS = [
    site("MaDashboard", "learnerDashboard.widgetSidebar", "dashboard"),
    site("MaHeader", "header.secondaryLinks", "header"),
    site("MaHeader", "header.mobileMenuLinks", "header_mobile"),
]
