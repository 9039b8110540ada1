"""The version stands in ``cx_feedback/__init__.py``; whatever else names it agrees."""

import datetime
import json
import re

import pytest

import cx_feedback
from tests.messages import ROOT

CLIENT = ROOT / "cx_feedback/core/static/cx_feedback/core/client/package.json"
VERSION = re.compile(r"\d+\.\d+\.\d+(\.dev0)?")
SECTION = re.compile(r"^## \[(.+?)\](?: - (.+))?$", re.M)


def list_problems(version: str, changelog: str) -> list[str]:
    """Return what the changelog lacks for a version that is released, or in work (``.dev0``)."""
    sections = SECTION.findall(changelog)
    names = [name for name, _day in sections]
    problems = [] if names[:1] == ["Unreleased"] else ["no [Unreleased] section at the top"]
    days = [day for name, day in sections if name != "Unreleased"]
    if any(not is_day(day) for day in days) or days != sorted(days, reverse=True):
        problems.append(f"these are not days, the newest first: {days}")
    if version.endswith(".dev0"):
        in_work = version.removesuffix(".dev0")
        return problems + ([f"{in_work} is in work and has a section"] if in_work in names else [])
    return problems + ([] if names[1:2] == [version] else [f"the newest section is not {version}"])


def is_day(text: str) -> bool:
    try:
        return str(datetime.date.fromisoformat(text)) == text
    except ValueError:
        return False


def test_the_version_has_a_section_with_a_date():
    assert VERSION.fullmatch(cx_feedback.__version__)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert list_problems(cx_feedback.__version__, changelog) == []


@pytest.mark.parametrize(
    ("version", "changelog", "count"),
    [
        ("1.2.0", "## [Unreleased]\n\n## [1.2.0] - 2026-12-02\n## [1.1.0] - 2026-02-01\n", 0),
        ("1.3.0.dev0", "## [Unreleased]\n\n## [1.2.0] - 2026-12-02\n", 0),
        ("1.2.0", "## [1.2.0] - 2026-12-02\n", 2),
        ("1.2.0", "## [Unreleased]\n\n## [1.2.0] - unreleased\n", 1),
        ("1.2.0", "## [Unreleased]\n\n## [1.2.0]\n", 1),
        ("1.2.0", "## [Unreleased]\n\n## [1.1.0] - 2026-02-01\n", 1),
        ("1.2.0", "## [Unreleased]\n## [1.2.0] - 2026-01-02\n## [1.1.0] - 2026-02-01\n", 1),
        ("1.2.0.dev0", "## [Unreleased]\n\n## [1.2.0] - 2026-12-02\n", 1),
    ],
)
def test_what_a_changelog_lacks_is_found(version, changelog, count):
    assert len(list_problems(version, changelog)) == count


def test_the_client_has_the_version_of_the_package():
    """npm knows no ``.dev0``: while a version is in work, the client's package has its number."""
    described = json.loads(CLIENT.read_text(encoding="utf-8"))
    assert described["version"] == cx_feedback.__version__.removesuffix(".dev0")


def test_a_release_before_1_0_calls_itself_beta():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    stage = "4 - Beta" if cx_feedback.__version__.startswith("0.") else "5 - Production/Stable"
    assert f'"Development Status :: {stage}"' in project
