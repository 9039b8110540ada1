"""Every management command of ours: its help, and a run on this site."""

import contextlib
import io
import json
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands, load_command_class

from cx_feedback.comments.models import Comment
from cx_feedback.newsletter.models import Subscription
from cx_feedback.readers.models import VisitDay
from cx_feedback.surveys.models import Response, Survey

from . import files


def runs(folder: Path) -> dict[str, list[str]]:
    """Return how each command runs here; one that is not named runs without arguments."""
    at, comments = files.write(folder), str(folder / "comments.json")
    survey = str(Survey.objects.get(kind=Survey.SURVEY).pk)
    consent = ["--consent-wording", "On paper.", "--consent-date", "2024-05-01"]
    return {
        "cx_backtest_loyalty": ["--from", "2024-02-10", "--to", "2024-02-24"],
        "cx_import_activity": [at["activity.csv"]],
        "cx_import_subscribers": [at["subscribers.csv"], "--list", "Friday letter", *consent],
        "cx_import_responses": [at["responses.csv"], "--survey", survey],
        "cx_import_wordpress": [at["blog.xml"], "--match-only"],
        "cx_import_disqus": [at["disqus.xml"]],
        "cx_export_comments": [comments],
        "cx_import_comments": [comments],
        "cx_export_reader": ["eva@example.org"],
        "cx_erase_reader": ["flo@example.org", "--yes"],
        "cx_privacy_documents": ["record"],
        "cx_replay_erasures": ["--storage", "default"],
    }


def ours() -> list[str]:
    """Return the names of our commands, those that write files or bring visits first."""
    first = ("cx_export", "cx_import_activity")
    names = [name for name, app in get_commands().items() if str(app).startswith("cx_feedback")]
    return sorted(names, key=lambda name: (not name.startswith(first), name))


def help_of(name: str) -> str:
    """Return what ``manage.py <name> --help`` prints."""
    command, out = load_command_class(get_commands()[name], name), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        command.run_from_argv(["manage.py", name, "--help"])
    return out.getvalue()


def run_all(followed: list[str]) -> list[str]:
    """Ask each command for its help and run it; return the names.

    ``followed`` ran as the tutorial says; of these the scores take long enough to do it once.
    """
    by_name, names = runs(Path(settings.BASE_DIR) / "files"), ours()
    for name in names:
        assert "usage: manage.py" in help_of(name), f"{name} --help: {help_of(name)!r}"
        arguments = by_name.get(name, [])
        print("  manage.py", name, *(Path(part).name for part in arguments), flush=True)
        if name == "cx_doctor":
            ask_doctor()
            continue
        if name == "cx_score_loyalty" and name in followed:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            call_command(name, *arguments, stderr=io.StringIO())
    unknown = by_name.keys() - set(names)
    assert not unknown, f"no such commands: {unknown}"
    look_at_what_was_imported()
    return names


def ask_doctor() -> None:
    """Let the doctor try each widget; the site has no worker and no mail server yet."""
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("cx_doctor", "--json", stdout=out)
    examined = json.loads(out.getvalue())["examinations"]
    found = {one["examination"]: one["findings"] for one in examined}
    widgets = ("survey", "nps", "comments", "subscribe", "letter")
    assert [found[name] for name in widgets] == [[]] * 5, found


def look_at_what_was_imported() -> None:
    """Look whether the commands did what they say, not only ended well."""
    assert Response.objects.filter(survey__kind=Survey.SURVEY).count() == 4
    assert Subscription.objects.filter(email="hal@example.org", state="confirmed").exists()
    assert not Subscription.objects.filter(email="flo@example.org").exists()
    words = set(Comment.objects.values_list("text", flat=True))
    assert {"Words of WordPress.", "Words of Disqus."} <= words, words
    assert VisitDay.objects.filter(day="2024-03-09").exists()
