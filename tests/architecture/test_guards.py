"""The plugin keeps its architecture; and every guard fails on a small source that breaks it."""

from __future__ import annotations

import pytest

from tests.architecture import guards

READS_AND_WRITES = ("admin", "host/lms.py", "queries", "records", "services")

# guard -> the parts of the plugin that may do what it forbids
ALLOWED = {
    guards.platform_imports: ("host/lms.py", "course_tab.py"),  # a tab is a class of the platform's
    guards.clock_reads: ("clock",),
    guards.clock_calls: (*guards.DOORS, "verb"),
    guards.managers: READS_AND_WRITES,
    guards.raw_sql: (),
    guards.enqueues: ("wake",),
    guards.hidden_texts: (),
}

OFFENCES = [
    (guards.platform_imports, "import lms.djangoapps.grades"),
    (guards.platform_imports, "def late():\n    from common.djangoapps.student.models import CourseEnrollment"),
    (guards.platform_imports, "from importlib import import_module\nimport_module('openedx.core.lib')"),
    (guards.clock_reads, "from django.utils import timezone\nthen = timezone.now()"),
    (guards.clock_reads, "from django.utils.timezone import now"),
    (
        guards.clock_reads,
        "from django.db import models\nfrom django.utils import timezone\nat = field(default=timezone.now)",
    ),
    (guards.clock_reads, "at = models.DateTimeField(auto_now_add=True)"),
    (guards.clock_reads, "import datetime\nthen = datetime.datetime.now(tz)"),
    (guards.clock_reads, "from datetime import datetime\nthen = datetime.utcnow()"),
    (guards.clock_reads, "from datetime import date\ntoday = date.today()"),
    (guards.clock_reads, "import time\nthen = time.time()"),
    (guards.clock_reads, "from time import time"),
    (guards.clock_reads, "today = timezone.localdate()"),
    (guards.clock_reads, "from django.db.models.functions import Now"),
    (guards.clock_calls, "from mandatory_assignments import clock\nnow = clock.now()"),
    (guards.clock_calls, "from mandatory_assignments.clock import now"),
    (guards.managers, "Assignment.objects.all()"),
    (guards.managers, "type(row)._default_manager.create()"),
    (guards.managers, "row._meta.model._base_manager"),
    (guards.raw_sql, "from django.db import connection\nconnection.cursor()"),
    (guards.raw_sql, "rows.extra(where=['1 = 1'])"),
    (guards.raw_sql, "from django.db.models.expressions import RawSQL"),
    (guards.enqueues, "look_again.delay()"),
    (guards.enqueues, "current_app.send_task('look_again')"),
    (guards.hidden_texts, "from django.utils.translation import gettext_lazy as later"),
]

HARMLESS = [
    (
        guards.platform_imports,
        "from mandatory_assignments.host import lms\nfrom openedx_events.learning import signals",
    ),
    (
        guards.clock_reads,
        "import time\nfrom django.utils import timezone\nsince = time.monotonic()\nzone = timezone.utc",
    ),
    (guards.clock_reads, "def local(instant):\n    return timezone.localtime(instant, zone), clock.now()"),
    (guards.clock_calls, "def f(now):\n    return now"),
    (guards.managers, "objects = []\nqueries.open_cycles(scope)"),
    (guards.raw_sql, "raw = row['raw']"),
    (guards.enqueues, "wake('look_again')"),
    (
        guards.hidden_texts,
        "from django.utils.translation import gettext as _\nfrom django.utils.translation import ngettext",
    ),
]


def name_of(value: object) -> str:
    return value.__name__ if callable(value) else str(value).splitlines()[-1]


@pytest.mark.parametrize("guard", ALLOWED, ids=name_of)
def test_the_plugin_gives_no_offence(guard):
    allowed = ALLOWED[guard]
    offences = {
        name: found
        for name, source in guards.modules()
        if name not in allowed and guards.part(name) not in allowed and (found := guard(source))
    }
    assert offences == {}


@pytest.mark.parametrize(("guard", "source"), OFFENCES, ids=name_of)
def test_each_guard_catches_an_offence(guard, source):
    assert guard(source)


@pytest.mark.parametrize(("guard", "source"), HARMLESS, ids=name_of)
def test_no_guard_cries_wolf(guard, source):
    assert guard(source) == []


def test_every_guard_has_an_offence_that_it_catches():
    assert {guard for guard, _ in OFFENCES} == set(ALLOWED)


def test_no_module_has_a_name_that_says_nothing():
    vague = [name for name, _ in guards.modules() if name.removesuffix(".py").split("/")[-1] in guards.VAGUE_NAMES]
    assert vague == []
