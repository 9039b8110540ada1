"""Retention periods: one list, told in docs/explanation/privacy.md, used by rooms that delete."""

import datetime
import re
from pathlib import Path

import pytest

import cx_feedback
from cx_feedback.core.retention_periods import PERIODS, get_cutoff
from cx_feedback.core.settings.settings_list import SETTINGS

ROOT = Path(cx_feedback.__file__).parent
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+) \|$", re.MULTILINE)


def told():
    """Return what the documentation says of each period: settings with their days, or days."""
    text = (ROOT.parent / "docs/explanation/privacy.md").read_text()
    return dict(ROW.findall(text[text.index("## What ends by itself") :]))


def test_the_documentation_tells_each_period_and_no_other():
    assert set(told()) == set(PERIODS)


@pytest.mark.parametrize("name", PERIODS)
def test_the_documentation_tells_how_long(name):
    period, words = PERIODS[name], told()[name]
    found = dict(re.findall(r"`([A-Z_]+)` \((\d+)\)", words))
    defaults = {setting.name: setting.default for setting in SETTINGS}
    assert found == {key: str(defaults[key]) for key in period.settings}
    if period.days:
        assert words == f"{period.days} day{'s' if period.days > 1 else ''}"
    assert ("an hour" in words) is (period.grace == datetime.timedelta(hours=1))


@pytest.mark.parametrize("name", PERIODS)
def test_a_room_deletes_by_each_period(name):
    asked = f'get_cutoff("{name}"'
    assert [path for path in ROOT.rglob("*.py") if asked in path.read_text()]


def test_the_longest_of_several_settings_counts(settings):
    settings.CX_FEEDBACK = {"NEWSLETTER_UNCONFIRMED_DAYS": 2, "NEWSLETTER_CONFIRM_DAYS": 5}
    now = datetime.datetime(2026, 5, 10, tzinfo=datetime.UTC)
    cutoff = get_cutoff("unconfirmed_subscriptions", now=now)
    assert cutoff == datetime.datetime(2026, 5, 5, tzinfo=datetime.UTC)


def test_no_other_module_reckons_when_rows_go():
    """A period of the list is reckoned by it, so that the documentation stays true."""
    keys = {key for period in PERIODS.values() for key in period.settings}
    # For how long a link is valid is no retention.
    valid = {"NEWSLETTER_CONFIRM_DAYS", "COMMENTS_PROOF_DAYS"}
    found = [
        f"{path.relative_to(ROOT)}: {key}"
        for path in ROOT.rglob("*.py")
        for key in keys - valid
        if f'conf.get("{key}")' in path.read_text()
    ]
    assert found == []
