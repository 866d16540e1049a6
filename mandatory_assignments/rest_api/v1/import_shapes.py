"""What is sent and answered about imports of completions."""

from typing import Any

from rest_framework import serializers

from ...queries import imports
from .answers import Answer, one_of
from .input import Choice, StrictSerializer


class NewImport(StrictSerializer):
    """The parts of `POST progress-imports/`: a CSV file, and how it is to be read."""

    file = serializers.FileField(allow_empty_file=True)
    date_format = Choice(imports.DATE_FORMATS, required=False, default=imports.DATE_FORMATS[0])
    historic = serializers.BooleanField(required=False, default=False)

    class Meta:
        ref_name = "MandatoryAssignmentsNewImport"


class ImportRowsQuery(StrictSerializer):
    """The query parameters of an import's rows."""

    bucket = Choice(imports.PARTS, required=False, default="")

    class Meta:
        ref_name = "MandatoryAssignmentsImportRowsQuery"


class DetectedSheet(Answer):
    """How the file is written; the format of its dates is the one that was sent."""

    encoding = serializers.CharField()
    delimiter = serializers.CharField()
    date_format = one_of(imports.DATE_FORMATS)


class Import(Answer):
    """A file of completions: what the analysis found, and how far the import has come.

    Every row of the file is new, already completed or an error. Of the `total` new ones `done` were worked on, which
    the three after it add up to: `skipped` are those that somebody had recorded meanwhile.
    """

    id = serializers.UUIDField()
    file = serializers.CharField(allow_blank=True)
    historic = serializers.BooleanField()
    state = one_of(imports.STATES)
    new = serializers.IntegerField()
    already_completed = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    detected = DetectedSheet()
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    created = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    problem = serializers.CharField(allow_blank=True)


def told_of(job: Any) -> dict[str, Any]:
    """The job as the API shows it."""
    return {
        "id": str(job.uuid),
        **{name: job.terms[name] for name in ("file", "historic", "detected")},
        "state": imports.state(job),
        **imports.counts(job),
        **{name: getattr(job, name) for name in ("total", "done", "created", "skipped", "failed")},
        "problem": imports.problem(job),
    }
