"""An edit is refused in the queue with a reason, by key; its author sees it below the comment."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from cx_feedback.comments import services
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers.services import create_reader
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/cx-feedback/comments/?state=edited"


@pytest.fixture
def edited(write):  # noqa: F811
    """Three published comments whose authors' edits wait."""
    found = []
    for n in range(3):
        author = create_reader()
        comment = write(f"Good words {n}", reader=author, state="published")
        services.edit_comment(
            comment_id=comment.pk, actor=Actor(reader=author), text=f"Bad words {n}", minutes=60
        )
        found.append(comment)
    return found


def get_reasons(comments):
    return [comment.events.latest("pk").reason for comment in comments]


def test_a_key_asks_for_the_reason_for_one_and_for_many(open_editor, edited):
    page = open_editor()
    page.goto(QUEUE)
    rows, dialog = page.locator(".cx-row"), page.locator("#cx-dialog-refuse_edit")
    counter = page.locator("[data-cx-count=edited]")
    expect(rows).to_have_count(3)
    page.keyboard.press("e")
    expect(dialog.locator("[data-cx-quote]")).to_have_text("Bad words 0")
    page.keyboard.press("2")
    expect(dialog).to_be_hidden()
    expect(rows).to_have_count(2)
    expect(counter).to_have_text("2")
    assert get_reasons(edited[:1]) == ["Not about the article"]
    page.locator("[data-cx-undo]").click()
    expect(rows).to_have_count(3)
    page.keyboard.press("*")
    page.keyboard.press("e")
    expect(dialog.locator("[data-cx-whose]")).to_have_text("3")
    dialog.locator("[name=words]").fill("Rude, all of them")
    page.keyboard.press("Control+Enter")
    expect(rows).to_have_count(0)
    assert get_reasons(edited) == ["Rude, all of them"] * 3
    for comment in edited:
        comment.refresh_from_db()
        assert (comment.text[:10], comment.proposed) == ("Good words", None)


def test_the_button_opens_the_dialog_too(open_editor, edited):
    page = open_editor()
    page.goto(QUEUE)
    page.locator(".cx-row [data-cx-action=refuse_edit]").first.click()
    dialog = page.locator("#cx-dialog-refuse_edit")
    dialog.get_by_role("button", name="Keep the earlier text").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".cx-row")).to_have_count(2)
    assert get_reasons(edited[:1]) == [""]


def test_the_author_sees_the_refused_text(open_reader, live_server, talk, edited):  # noqa: F811
    comment, moderator = edited[0], get_user_model().objects.create_superuser("other")
    services.decide_on_comments("refuse_edit", ids=[comment.pk], moderator=moderator, reason="Rude")
    page = open_reader()
    page.context.add_cookies(
        [{"name": "cx_reader", "value": comment.reader.key.hex, "url": live_server.url}]
    )
    page.goto(talk.url)
    page.evaluate(f"localStorage.setItem('cx-comments-{talk.pk}', 1)")
    page.reload()
    own = page.locator(f"#cx-comment-{comment.pk} > article")
    expect(own.locator(".cx-edit-refused")).to_contain_text("Bad words 0")
    expect(own.locator(".cx-refusal")).to_contain_text("Rude")
    expect(page.locator(".cx-edit-refused")).to_have_count(1)
