"""What all tabs of a course have in common, dynamic ones above all; a course keeps none of its own here."""

from collections.abc import Callable
from typing import Any


class CourseTab:
    """One tab; made anew from a dict for every page, while whether it is shown is asked of the class."""

    type = ""
    title: str | None = None
    priority: int | None = None
    view_name: str | None = None
    is_dynamic = False
    is_default = True
    is_hidden = False
    is_hideable = False
    is_movable = False
    is_collection = False
    allow_multiple = False
    course_staff_only = False

    def __init__(self, tab_dict: dict[str, Any]) -> None:
        self.name = tab_dict.get("name", self.title)
        self.tab_id = tab_dict.get("tab_id", self.type)
        self.tab_dict = tab_dict

    @property
    def link_func(self) -> Callable[[Any, Callable[..., str]], str]:
        """Of a course and `reverse` the tab's address."""
        return self.tab_dict.get(
            "link_func", lambda course, reverse_func: reverse_func(self.view_name, args=[str(course.id)])
        )

    @classmethod
    def is_enabled(cls, course: Any, user: Any = None) -> bool:
        """Whether the course has the tab for this user; without one, as its author sees it."""
        raise NotImplementedError
