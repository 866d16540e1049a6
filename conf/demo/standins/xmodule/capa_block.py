"""A question with a limited number of attempts; an attempt completes it, right or wrong."""

from typing import Any

from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Integer, List, Scope, String

from .x_module import XModuleMixin


class ProblemBlock(XModuleMixin, XBlock):
    """One question with a choice of answers."""

    completion_mode = XBlockCompletionMode.COMPLETABLE
    has_score = True

    question = String(default="", scope=Scope.content)
    choices = List(default=["yes", "no"], scope=Scope.content)
    answer = String(default="yes", scope=Scope.content)
    max_attempts = Integer(scope=Scope.settings)

    def max_score(self) -> int:
        """The points that a right answer gives."""
        return 1 if self.weight is None else self.weight

    def student_view(self, context: Any) -> Fragment:
        """The question, its choices and how many attempts are left."""
        used = self.runtime.attempts(self.location)
        left = None if self.max_attempts is None else max(self.max_attempts - used, 0)
        name = f"answer-{self.location.block_id}"
        choices = Markup("").join(
            Markup('<label><input type="radio" name="{}" value="{}"> {}</label>').format(name, choice, choice)
            for choice in self.choices
        )
        attempts = "" if left is None else f"{used} of {self.max_attempts} attempts used."
        return Fragment(
            Markup(
                '<form class="problem" data-handler-url="{}" data-attempts-left="{}"><fieldset><legend>{}</legend>{}'
                '</fieldset><button type="submit"{}>Submit</button> <span class="submission-feedback">{}</span>'
                '<p class="notification" role="status"></p></form>'
            ).format(
                self.runtime.handler_url(self, "problem_check"),
                "" if left is None else left,
                self.question or self.display_name_with_default,
                choices,
                Markup(" disabled") if left == 0 else "",
                attempts,
            )
        )

    @XBlock.json_handler
    def problem_check(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        """What the form posts: {"answer": text}; tells whether it was taken, right, and how many attempts are used."""
        correct = data.get("answer") == self.answer
        taken = self.runtime.submit_answer(self, self.max_score() if correct else 0)
        return {
            "success": taken,
            "correct": correct if taken else None,
            "attempts": self.runtime.attempts(self.location),
            "max_attempts": self.max_attempts,
        }
