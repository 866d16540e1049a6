"""What the architecture forbids, as functions from the source text of one module to the lines that offend.

They read syntax only, so imports inside functions count as well, and they know nothing of the tree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "mandatory_assignments"
PLATFORM = ("common", "lms", "openedx", "xmodule")
DOORS = (
    "admin", "checks", "courseware", "handlers", "learner", "management", "pipeline", "rest_api", "staff", "tasks",
    "xblock",
)  # fmt: skip
VAGUE_NAMES = ("compat", "constants", "helpers", "mixins", "signals", "utils")

CLOCK_READERS = {
    "date": {"today"},
    "datetime": {"now", "today", "utcnow"},
    "time": {"time", "time_ns"},
    "timezone": {"now"},
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
RAW_SQL = {"RawSQL", "RunSQL", "cursor", "executemany", "extra", "raw"}
ENQUEUERS = {"apply_async", "delay", "send_task"}


def modules() -> Iterator[tuple[str, str]]:
    """Every module of the plugin but its migrations, as (path relative to the package, source)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("migrations/"):
            yield name, path.read_text(encoding="utf-8")


@cache
def nodes(source: str) -> list[ast.AST]:
    """The whole syntax tree; each guard looks at each module."""
    return list(ast.walk(ast.parse(source)))


def part(name: str) -> str:
    """The layer that a module belongs to: "services/assign.py" is in "services", "clock.py" in "clock"."""
    return name.split("/")[0].removesuffix(".py")


def dotted(node: ast.expr) -> str:
    """`a.b.c` for such an expression, the last names of it for anything longer."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, module, name) of everything imported anywhere in a module; the name is empty for `import module`."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, "." * node.level + (node.module or ""), alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("import_module", "__import__"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value, ""


def attributes(source: str) -> Iterator[ast.Attribute]:
    return (node for node in nodes(source) if isinstance(node, ast.Attribute))


def platform_imports(source: str) -> list[str]:
    return [f"{line}: imports {module}" for line, module, _ in imports(source) if module.split(".")[0] in PLATFORM]


def clock_reads(source: str) -> list[str]:
    """Everything that reads the wall clock past clock.now(); time.monotonic measures and tells no instant."""
    found = [
        f"{node.lineno}: reads {dotted(node)}"
        for node in attributes(source)
        if node.attr in CLOCK_READERS.get(dotted(node.value).split(".")[-1], ())
    ]
    for line, module, name in imports(source):
        if (module, name) in {
            ("django.utils.timezone", "now"),
            ("time", "time"),
            ("django.db.models.functions", "Now"),
        }:
            found.append(f"{line}: imports {module}.{name}")
    for node in nodes(source):
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            found.append(f"{node.lineno}: {node.arg} reads the clock when a row is saved")
        elif isinstance(node, ast.Call) and not node.args and dotted(node.func).endswith((".localdate", ".localtime")):
            found.append(f"{node.lineno}: {dotted(node.func)}() reads the clock")
    return found


def clock_calls(source: str) -> list[str]:
    """Uses of our own clock, which belong to doors and to the decorator of the verbs."""
    return [f"{node.lineno}: {dotted(node)}" for node in attributes(source) if dotted(node).endswith("clock.now")] + [
        f"{line}: imports {module}.{name}" for line, module, name in imports(source) if module.endswith("clock")
    ]


def managers(source: str) -> list[str]:
    return [f"{node.lineno}: uses .{node.attr}" for node in attributes(source) if node.attr in MANAGERS]


def raw_sql(source: str) -> list[str]:
    found = [f"{node.lineno}: {dotted(node)}" for node in attributes(source) if node.attr in RAW_SQL]
    return found + [f"{line}: imports {name}" for line, _, name in imports(source) if name in RAW_SQL]


def enqueues(source: str) -> list[str]:
    return [f"{node.lineno}: {dotted(node)}" for node in attributes(source) if node.attr in ENQUEUERS]


def hidden_texts(source: str) -> list[str]:
    """Translation functions under a name that makemessages does not know, so that their texts are never translated."""
    return [
        f"{node.lineno}: {alias.name} as {alias.asname}"
        for node in nodes(source)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in (None, "_")
    ]
