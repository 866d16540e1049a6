"""No text that people read escapes gettext: not in a template, not in what a verb or a page says."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

from .guards import modules

TEMPLATES = Path(__file__).parents[2] / "mandatory_assignments" / "templates"
READ_ALOUD = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
THE_SAME_EVERYWHERE = {"module", "course", "certification", "path", "CSV", "UTC", "example.learner", "lang", "html"}
"""What a file holds, or the name of a thing, in every language."""

SPOKEN = {"Problem": 1, "success": 1, "warning": 1, "error": 1, "info": 1}
"""Calls that take a text, and where: whoever writes one hands a translation on."""


class _Texts(HTMLParser):
    """The words of a page that stand in its template as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("style", "script", "code")
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("style", "script", "code")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated(template: str) -> list[str]:
    """The words in a template that no translator sees."""
    left = re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", "", template, flags=re.DOTALL)
    left = re.sub(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", " ", left, flags=re.DOTALL)
    left = re.sub(r"{%.*?%}|{{.*?}}", " ", left, flags=re.DOTALL)
    parser = _Texts()
    parser.feed(left)
    words = [word for text in parser.found for word in re.findall(r"[^\W\d_][\w.-]+", re.sub(r"&\w+;", " ", text))]
    return [word for word in words if word not in THE_SAME_EVERYWHERE]


def spoken_as_it_is(source: str) -> list[str]:
    """The texts that a module tells people without having them translated."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = []
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        of_messages = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "messages"
        if name not in SPOKEN or (name != "Problem" and not of_messages) or len(call.args) <= SPOKEN[name]:
            continue
        text = call.args[SPOKEN[name]]
        literal = isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and text.value)
        if literal:
            found.append(ast.unparse(text))
    return found


def test_no_template_holds_words_of_its_own():
    pages = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    pages = [page for page in pages if not page.read_text(encoding="utf-8").startswith("<%page")]  # Mako of one line
    assert len(pages) > 80
    found = {str(page.relative_to(TEMPLATES)): untranslated(page.read_text(encoding="utf-8")) for page in pages}
    assert {page: words for page, words in found.items() if words} == {}


def test_no_verb_or_page_speaks_without_a_translator():
    found = {path: spoken_as_it_is(source) for path, source in modules()}
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_words_that_stood_there_would_be_found():
    assert untranslated('<p title="Due">{% translate "Open" %} – {{ day }} left</p>') == ["Due", "left"]
    assert untranslated("{% blocktranslate %}3 left{% endblocktranslate %}<style>a { color: red }</style>") == []
    assert spoken_as_it_is('Problem("late", "Too late")\nmessages.success(request, f"{n} done")') == [
        "'Too late'",
        "f'{n} done'",
    ]
    assert spoken_as_it_is('Problem("late", _("Too late"))\nlog.warning("a", "b")\nProblem(kind, "")') == []
