"""Names that grades share."""


class ScoreDatabaseTableEnum:
    """Where a score is kept."""

    courseware_student_module = "csm"
    submissions = "submissions"
    overrides = "overrides"
