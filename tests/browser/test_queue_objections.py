"""Objections are decided in the queue by keys, on what was seen."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, Objection
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/cx-feedback/comments/?state=objected"


@pytest.fixture
def objected(write):  # noqa: F811
    """Three rejected comments whose authors object, decided by another moderator."""
    other = get_user_model().objects.create_superuser("other", "other@example.org", "x")
    found = []
    for n in range(3):
        comment = write(f"Words number {n}")
        services.reject_comments(ids=[comment.pk], moderator=other, reason="Off topic")
        event = comment.events.get()
        found.append(services.object_to_refusal(event_id=event.pk, text=f"Not so, {n}"))
    return found


def get_states():
    return list(Objection.objects.order_by("pk").values_list("state", flat=True))


def test_one_key_opens_and_one_decides(open_editor, objected):
    page = open_editor(QUEUE)
    rows, dialog = page.locator(".cx-row"), page.locator("#cx-dialog-objection")
    expect(rows).to_have_count(3)
    page.keyboard.press("d")
    expect(dialog.locator("[data-cx-quote]")).to_have_text("Words number 0")
    expect(dialog.locator("[data-cx-objection]")).to_contain_text("Not so, 0")
    answer = dialog.locator("[name=answer]")
    expect(answer).to_be_focused()
    page.keyboard.press("Alt+2")
    expect(dialog.locator("[data-cx-error]")).to_have_text("Write some words first.")
    page.keyboard.press("Control+Enter")
    expect(dialog.locator("[data-cx-error]")).to_have_text("Choose what to decide.")
    assert get_states() == ["open", "open", "open"]
    answer.fill("It is about wine.")
    page.keyboard.press("Alt+2")
    expect(dialog).to_be_hidden()
    expect(rows).to_have_count(2)
    assert get_states() == ["dismissed", "open", "open"]
    page.keyboard.press("d")
    expect(dialog.locator("[data-cx-objection]")).to_contain_text("Not so, 1")
    expect(answer).to_have_value("")
    page.keyboard.press("Alt+1")
    expect(rows).to_have_count(1)
    assert get_states() == ["dismissed", "upheld", "open"]
    assert Comment.objects.get(pk=objected[1].comment_id).state == "published"
    page.locator("[data-cx-undo]").click()
    expect(rows).to_have_count(2)
    assert get_states() == ["dismissed", "open", "open"]


def test_what_changed_since_the_row_was_shown_is_not_decided(open_editor, objected):
    page = open_editor(QUEUE)
    dialog = page.locator("#cx-dialog-objection")
    expect(page.locator(".cx-row--current")).to_have_count(1)
    services.edit_as_moderator(
        comment_id=objected[0].comment_id,
        text="Other words",
        moderator=get_user_model().objects.get(username="other"),
        seen=services.SeenComment(1, "rejected"),
    )
    page.keyboard.press("d")
    expect(dialog.locator("[name=answer]")).to_be_focused()
    page.keyboard.press("Alt+1")
    expect(dialog.locator("[data-cx-error]")).to_contain_text("has changed since")
    assert get_states() == ["open", "open", "open"]


def test_without_an_objection_there_is_nothing_to_decide(open_editor, write):  # noqa: F811
    write()
    page = open_editor("/admin/cx-feedback/comments/")
    page.locator(".cx-row--current .cx-main").focus()
    page.keyboard.press("d")
    expect(page.locator("[data-cx-status]")).to_have_text(
        "This action is not available for this comment."
    )
    expect(page.locator("#cx-dialog-objection")).to_be_hidden()
