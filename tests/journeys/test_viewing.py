"""The settings set "viewing", along a learner's experience as its source system describes it, sentence by sentence."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from completion.models import BlockCompletion

from demo.campus import build, clock

HELP = "https://help.example.com/assignments"
CLIPS = "course-v1:Acme+CLIPS+2027"
MINE = "/mandatory-assignments/"


def pacific(day, hour=9, minute=0, month=5):
    """An instant of 2027 by the clock of Los Angeles."""
    return datetime(2027, month, day, hour, minute, tzinfo=ZoneInfo("America/Los_Angeles"))


def test_an_assignment_as_its_learner_meets_it(journey, settings):
    settings.MANDATORY_ASSIGNMENTS_HELP_URL = HELP
    story = journey("viewing", pacific(1))
    story.person("ada", name="Ada Admin", organization="Acme")
    nia = story.person("nia", name="Nia Learner", organization="Acme", time_zone="Europe/Berlin")
    build.coordinator(story.people["ada"], "Acme")
    build.course(CLIPS, name="Clips", sections=1, subsections=3, units=3, blocks=1, block_types=["video"])
    units = [str(key) for key in build.units(CLIPS)]
    texts = {
        "description": "Nine short episodes.",
        "context": "The new release is out.",
        "goals": "You can set up a network.",
    }
    module = {"kind": "module", "name": "Networks from scratch", "organization": "Acme", "blocks": units, **texts}
    training = story.call("ada", "POST", "trainings/", module, 201)["id"]

    # Prior viewing counts: one of nine episodes was watched before there was any assignment.
    build.enroll(nia, CLIPS)
    story.does("nia", CLIPS, units=1)
    story.at(pacific(3))

    # During creation it is chosen whether the team gets e-mail about it.
    def assign(due_on, **named):
        body = {"learner": "nia", "training": training, "due_on": due_on, **named}
        made = story.call("ada", "POST", "assignments/", body, 201)
        story.work()
        return made["id"]

    silent = assign("2027-05-10", notify_by_email=False)
    assert story.mails("nia") == []
    story.call("ada", "POST", f"assignments/{silent}/withdraw/", {"reason": "Anew, with a mail"})
    story.work()
    told = len(story.mails("nia"))
    id = assign("2027-05-14")

    # The mail has its subject, asks to sign in, and links to the help article.
    (sent,) = story.mails("nia")[told:]
    assert sent.subject == f"Your learning assignment – {settings.PLATFORM_NAME}"
    assert "Networks from scratch" in sent.body
    assert f"/mandatory-assignments/assignments/{id}/" in sent.body
    assert HELP in sent.body

    # Once signed in there is a new section beside the courses: name, due date, progress bar.
    dashboard = story.html("nia", "/dashboard")
    section = dashboard[dashboard.index('class="ma-section"') :]
    assert "Networks from scratch" in section
    assert "11 days left" in section
    assert "Friday, 14 May 2027 (America/Los_Angeles)" in section
    assert re.search(r'<progress[^>]* max="100" value="11"', section)

    # A click on the title leads to the assignment's page: overall progress, every episode, description, context, goals.
    page = re.search(r'<h3 class="ma-name"><bdi><a href="([^"]+)"', section)[1]
    assert page == f"{MINE}assignments/{id}/"
    html, read = story.html("nia", page), story.read("nia", page)
    assert re.search(r'<progress[^>]* value="11"', html)
    assert all(text in read for text in texts.values())
    links = re.findall(r'<li class="([^"]*)"><a href="([^"]+)">', html)
    assert [done for done, _ in links] == ["ma-done"] + [""] * 8

    # Prior viewing shows to staff and learner: 11 % before the assignment.
    assert "11 % of it was done before the assignment." in read
    assert "11 % before the assignment" in story.read("ada", f"{MINE}staff/assignments/{id}/")

    # A click on the content launches it.
    _done, launch = links[1]
    assert "Unit 2" in story.html("nia", "/" + launch.split("/", 3)[3] if launch.startswith("http") else launch)

    # In the player assigned episodes wear a watch that tells the due date; watched to the end, a check mark.
    def in_player(unit):
        html = story.html("nia", f"/xblock/{unit}")
        return html[html.index("<aside") : html.index("</aside>")]

    assert "due Friday, 14 May 2027" in in_player(units[1])
    badges = story.call("nia", "GET", f"me/course-badges/?course={CLIPS.replace('+', '%2B')}")["blocks"]
    assert [badges[unit]["done"] for unit in units] == [True] + [False] * 8
    story.does("nia", CLIPS, units=2)
    assert "Done" in in_player(units[1])
    badges = story.call("nia", "GET", f"me/course-badges/?course={CLIPS.replace('+', '%2B')}")["blocks"]
    assert [badges[unit]["done"] for unit in units] == [True] * 2 + [False] * 7

    def progress(of=id):
        made = story.call("nia", "GET", f"me/assignments/{of}/")
        return made["units_done"], made["percent"], made["status"]

    # Only active viewing counts, and nobody can mark an episode as viewed.
    assert progress() == (2, 22, "in_progress")
    ticked = build.key_of(CLIPS).make_usage_key("done", "ticked")
    with clock.at(story.now):
        BlockCompletion.objects.submit_completion(user=nia, block_key=ticked, completion=1.0)
    story.work()
    assert progress() == (2, 22, "in_progress")
    assert "mark" not in story.read("nia", page).lower()

    # Progress counts through the last minute of the due day by the Pacific clock, though Berlin has the 15th by then.
    story.at(pacific(14, 23, 58))
    assert "due today" in story.read("nia", page)
    story.does("nia", CLIPS, units=4)
    assert progress() == (4, 44, "in_progress")

    # Past the due date episodes are ticked one by one, but the assignment's progress stays.
    story.at(pacific(15, 0, 1))
    story.does("nia", CLIPS, units=6)
    assert progress() == (4, 44, "overdue")
    html = story.html("nia", page)
    assert html.count('class="ma-done') == 6
    assert html.count("done too late to count") == 2
    assert "What you do now no longer counts for this assignment." in story.read("nia", page)

    # What was watched after the due date shows in a new assignment with a later date.
    story.at(pacific(16))
    anew = assign("2027-05-26")
    assert progress(anew) == (6, 66, "in_progress")

    # All assignments leave the dashboard 15 days after their due date, whatever their status.
    story.does("nia", CLIPS)
    assert progress(anew) == (9, 100, "completed")
    story.at(pacific(9, 23, 59, month=6))
    assert "Networks from scratch" in story.read("nia", "/dashboard")
    story.at(pacific(10, 0, 1, month=6))
    assert "Networks from scratch" not in story.read("nia", "/dashboard")
    assert "Networks from scratch" in story.read("nia", MINE)

    # Nobody was reminded of anything.
    kinds = [row["kind"] for row in story.call("nia", "GET", "me/notices/")["results"]]
    assert sorted(kinds) == ["assigned"] * 3 + ["withdrawn"]
    assert len(story.mails("nia")) == told + 2
