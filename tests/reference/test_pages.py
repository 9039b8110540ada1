"""The generated pages of the reference: ``tests/core/test_docs.py`` holds them current."""

import pytest

from cx_feedback.core.settings.settings_list import SETTINGS
from tests.reference.markdown import build_table, escape, first_sentence, link_pages
from tests.reference.pages import FOLDER, PAGES, build


def test_every_generated_page_is_written_by_this():
    written = {
        path.name
        for path in FOLDER.glob("*.md")
        if "Written by python -m tests.reference" in path.read_text(encoding="utf-8")
    }
    assert written == {name for name in PAGES if "/" not in name}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../reports.md", "| decidim#8504, sourcegraph#43884, iogt#1390 | A double click counts"),
        ("blocks.md", "## `cx_feedback.nps.blocks.NPSBlock`"),
        ("checks.md", "| `cx_feedback.W003` |"),
        ("commands.md", "`--forever`"),
        ("endpoints.md", "### `POST surveys/{id}/responses/`"),
        ("permissions.md", "`cx_feedback_comments.moderate_comment`"),
        ("signals.md", "## `reader_fell_silent`"),
        ("tags.md", "`{% cx_survey survey %}`"),
        ("tasks.md", "| `cx_feedback.loyalty.score_readers` | cron `20 2 * * *` |"),
        ("templates.md", "### `cx_feedback/comments/comment.html`"),
    ],
)
def test_what_a_page_has(name, words):
    assert words in build(name)


def test_every_setting_is_named():
    page = build("settings.md")
    assert all(f"| `{setting.name}` |" in page for setting in SETTINGS)


def test_names_of_documents_become_links():
    assert link_pages("see docs/explanation/spam.md.") == ("see [spam.md](../explanation/spam.md).")
    assert link_pages("docs/reference/rest.md") == "[rest.md](rest.md)"
    assert link_pages("`docs/explanation/spam.md`") == "`docs/explanation/spam.md`"


def test_cells_and_sentences():
    table = build_table(("a", "b"), [("x|y", "two\nlines")])
    assert table == "| a | b |\n|---|---|\n| x\\|y | two lines |"
    assert first_sentence("Return ``x``\n    of it. And more.\n\n    Else.") == "Return `x` of it."
    assert escape("a_b <c>") == "a\\_b \\<c\\>"
