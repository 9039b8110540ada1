"""Documents name what exists: paths, links, and enough places to change things."""

import re

import pytest

from tests.messages import ROOT

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*.md")],
)
PATH = re.compile(r"`([\w./-]*/[\w.-]*\.(?:py|css|js|json|html|md|toml)|[\w-]+(?:/[\w-]+)*/)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
REPOSITORY = "https://github.com/wagtail-cx-feedback/wagtail-cx-feedback/blob/main/"
PICTURES = "https://raw.githubusercontent.com/wagtail-cx-feedback/wagtail-cx-feedback/main/"
ROWS = re.compile(r"^\| (?!to change|---)[^|]+ \| (.+) \|$", re.M)


def exists(path: str) -> bool:
    return (ROOT / path).exists() or (ROOT / "cx_feedback" / path).exists()


def places() -> list[str]:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Where to change what")[2].partition("\n## ")[0]
    return ROWS.findall(table)


def test_forty_changes_have_a_place():
    rows = places()
    assert len(rows) >= 40
    for row in rows:
        assert PATH.search(row) or "of each room" in row or "of the room" in row, row


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_files_exist(path):
    text = path.read_text(encoding="utf-8")
    named = {m for m in PATH.findall(text) if m.endswith((".py", ".css", ".js", ".json"))}
    wrong = {m for m in named if not m.startswith(".bench/") and not exists(m)}
    assert wrong == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    wrong = {link for link in LINK.findall(text) if not (path.parent / link).exists()}
    for base in (REPOSITORY, PICTURES):
        named = re.findall(re.escape(base) + r"([^)#\s]+)", text)
        wrong |= {name for name in named if not (ROOT / name).exists()}
    assert wrong == set()


def test_the_readme_works_away_from_the_repository():
    """PyPI shows the README alone: links and pictures have to be whole addresses."""
    assert LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")) == []


def test_no_page_is_missing_in_the_menu():
    """The theme's menu leaves out what is hidden on the first page."""
    text = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert text.count("```{toctree}") >= 8
    assert ":hidden:" not in text


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.glob("0*.md"):
        text = path.read_text(encoding="utf-8")
        assert f"]({path.name})" in index
        assert "**Decision.**" in text
        assert "**Why.**" in text
        assert len(text.split()) < 250, path.name


def test_the_changelog_says_in_forty_lines_what_the_first_release_does():
    """A fix of what nobody had needs no line of its own there."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = text.partition("## [0.9.0]")[2].partition("\n## ")[0]
    assert "### " not in section
    assert len(section.splitlines()) <= 40
