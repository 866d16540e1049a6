"""The answer to a question of access; true or false by itself."""


class AccessResponse:
    """Whether access is given and, if not, why."""

    def __init__(self, has_access: bool, error_code: str | None = None, developer_message: str | None = None) -> None:
        self.has_access = has_access
        self.error_code = error_code
        self.developer_message = developer_message

    def __bool__(self) -> bool:
        return self.has_access


class StartDateError(AccessResponse):
    """The course has not begun."""

    def __init__(self) -> None:
        super().__init__(False, "course_not_started", "the course has not started yet")


class VisibilityError(AccessResponse):
    """For staff alone."""

    def __init__(self) -> None:
        super().__init__(False, "not_visible_to_user", "visible to staff only")
