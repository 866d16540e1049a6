"""What a cell of a file may hold that somebody opens in a spreadsheet: text stays text."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def neutral(cell: object) -> str:
    """The cell as text; one that a spreadsheet would work out is led by an apostrophe. A number stays a number."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return str(cell)
    text = "" if cell is None else str(cell)
    # Some programs skip blanks before they look for a formula.
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text
