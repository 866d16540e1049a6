"""Names in the directory, and where a department lies: its path is the names from the top, joined by slashes."""

import unicodedata

SEPARATOR = "/"
LONGEST_DEPARTMENT_NAME = 100
LONGEST_GROUP_NAME = 255
LONGEST_PATH = 255


def tidy(name: str) -> str:
    """The name as it is kept: single blanks, none around it, and one way to write each letter (NFC)."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def wrong_department_name(name: str) -> str:
    """What is wrong with a tidy name of a department, as a code; empty when nothing is."""
    return "slash_in_name" if SEPARATOR in name else wrong_name(name, LONGEST_DEPARTMENT_NAME)


def wrong_name(name: str, longest: int) -> str:
    """What is wrong with a tidy name, as a code; empty when nothing is."""
    if not name:
        return "name_required"
    if len(name) > longest:
        return "too_long"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "bad_name"
    return ""


def inside(path: str, name: str) -> str:
    """The path of what bears this name inside the path; at the top the path is empty."""
    return f"{path}{SEPARATOR}{name}" if path else name


def below(path: str) -> str:
    """What the paths of everything below begin with."""
    return f"{path}{SEPARATOR}"


def upwards(path: str) -> list[str]:
    """The path itself and those of all above it, the nearest first."""
    names = path.split(SEPARATOR)
    return [SEPARATOR.join(names[:length]) for length in range(len(names), 0, -1)]
