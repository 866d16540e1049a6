"""What reads over a million assignments beside pages: suggestions of people while somebody types, the list as a file.

In the database of `million`; with BENCH_REUSE=1 what an earlier run of either filled is used.
"""

import os
import random
import sys
import time
from itertools import cycle

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from django.test import Client

from common.djangoapps.student.models import UserProfile
from mandatory_assignments.models import Cycle
from mandatory_assignments.queries import access, people_search

from .crowd import EACH, PEOPLE, fill
from .measuring import QUICK, Variant, compare, settle, tell
from .ticking import highest_memory, memory_begins_anew

ROUNDS = 60
EXPORT = "/mandatory-assignments/staff/assignments.csv"

MARKS = 10
"""How often memory is noted while the file is written."""


def main() -> None:
    """Prints the figures, and how much memory the file took."""
    if not (os.environ.get("BENCH_REUSE") and Cycle.objects.count() >= PEOPLE * EACH):
        fill()
        settle()
    _index_emails()
    for username, whose in (("root", "global staff"), ("big", "a coordinator of two fifths"), ("small", "of 0.2 %")):
        _suggestions(username, whose)
    _file()


def _index_emails() -> None:
    """The platform keeps an index of e-mails, which the demo's table has not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX typed_email ON auth_user (email)")
    except DatabaseError:
        print("the index of e-mails is there already", file=sys.stderr)


def _suggestions(username: str, whose: str) -> None:
    """One text a turn; `late` is within how long nineteen of twenty are answered."""
    luck, scope = random.Random(3), access.scope(get_user_model().objects.get(username=username))
    ids = luck.sample(range(1, PEOPLE + 1), ROUNDS)
    names = dict(UserProfile.objects.filter(user_id__in=ids).values_list("user_id", "name"))
    typed = {
        "username": [f"learner{id}"[: luck.randint(7, 12)] for id in ids],
        "e-mail": [f"learner{id}@ex" for id in ids],
        "first name": [names[id].split()[0][: luck.randint(2, 6)] for id in ids],
        "last name": [names[id].split()[1][: luck.randint(2, 6)] for id in ids],
        "both names": [" ".join(word[:4] for word in reversed(names[id].split())) for id in ids],
        "nobody's": [f"zz{luck.randint(100, 999)}" for _ in ids],
    }

    def asking(name: str, texts: list[str]) -> Variant:
        turns = cycle(texts)
        return Variant(name, lambda: people_search.suggestions(scope, next(turns)))

    variants = [asking(name, texts) for name, texts in typed.items()]
    found = compare(f"suggestions out of {PEOPLE:,} people, for {whose}", "text", ROUNDS, variants)
    late = ", ".join(f"{figure.variant} {figure.late * 1000:.0f} ms" for figure in found)
    print(f"{whose}: 95 % of suggestions within: {late}", file=sys.stderr)


def _file() -> None:
    """The whole list as a file, read as a server would send it: chunk by chunk."""
    client = Client()
    client.force_login(
        get_user_model().objects.get(username="root"), backend="django.contrib.auth.backends.ModelBackend"
    )
    total = Cycle.objects.count()
    memory_begins_anew()
    begun, used = time.perf_counter(), time.process_time()
    answer = client.get(EXPORT, {"status": ""})
    assert answer.status_code == 200, answer.status_code
    rows, size, marks = -1, 0, [highest_memory()]
    for chunk in answer.streaming_content:
        rows += chunk.count(b"\n")
        size += len(chunk)
        if rows >= total * len(marks) // MARKS:
            marks.append(highest_memory())
            spent = time.process_time() - used
            print(f"{rows:,} rows: {spent:.0f} s of processor time, {marks[-1]:.0f} MiB", file=sys.stderr, flush=True)
    whole, used = time.perf_counter() - begun, time.process_time() - used
    assert rows >= total or QUICK, (rows, total)
    tell("the list as a file", "row", rows, {"all of it": whole, "processor time": used}, {})
    print(f"a file of {rows:,} rows, {size / 2**20:.0f} MiB, after {marks[0]:.0f} MiB of memory", file=sys.stderr)
