"""The form that takes a file of completions: which file, how its dates are written, whether it tells of the past."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from ..queries import imports
from ..wording.imports import FORMAT_EXAMPLES
from .page_forms import PageForm


class ImportForm(PageForm):
    """A CSV file and how it is to be read."""

    file = forms.FileField(
        label=gettext_lazy("File"), allow_empty_file=True, error_messages={"required": gettext_lazy("Choose a file.")}
    )
    date_format = forms.ChoiceField(
        label=gettext_lazy("How dates are written"),
        choices=[(each, f"{each} ({FORMAT_EXAMPLES[each]})") for each in imports.DATE_FORMATS],
        initial=imports.DATE_FORMATS[0],
        help_text=gettext_lazy("In the whole file; another way of writing is an error, never guessed at"),
    )
    historic = forms.BooleanField(
        label=gettext_lazy("Historic records"),
        required=False,
        help_text=gettext_lazy(
            "The file tells of several years: different dates of one person and training are a record each. "
            "Without this they are errors, because only one of them can be right."
        ),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files=files)
        self.fields["file"].widget.attrs["accept"] = ".csv,text/csv,text/plain"
        self.describe("file")
