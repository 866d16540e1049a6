"""The settings sets of docs/how-to/settings-sets.rst, read as they stand there."""

import ast
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "settings-sets.rst"


def settings_set(name: str) -> dict[str, Any]:
    """The settings of the block of that name."""
    found = re.search(rf"   :name: {name}\n\n((?:   .+\n)+)", PAGE.read_text(encoding="utf-8"))
    assert found, f"no block is named {name}"
    lines = ast.parse("\n".join(line.removeprefix("   ") for line in found[1].splitlines())).body
    return {line.targets[0].id: ast.literal_eval(line.value) for line in lines if isinstance(line, ast.Assign)}
