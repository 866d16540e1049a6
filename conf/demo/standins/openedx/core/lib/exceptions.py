"""What is raised across apps."""


class CourseNotFoundError(Exception):
    """No such course."""
