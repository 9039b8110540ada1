"""Votes and reactions of readers, with scripts and without."""

import pytest
from playwright.sync_api import expect

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings
from cx_feedback.comments.submission.ban_lookup import clear_ban_cache
from cx_feedback.readers.models import Reader
from tests.browser.interception import intercept
from tests.browser.test_comments import visit  # noqa: F401
from tests.comments.conftest import moderator, talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reactions_with_scripts_and_without(visit, talk, write):  # noqa: F811
    CommentSettings.objects.update_or_create(
        site=talk.get_site(), defaults={"votes": "reactions", "reactions": ["love", "wow"]}
    )
    comment = write(state="published")
    page = visit()
    form = page.locator(f"#cx-comment-{comment.pk} .cx-vote")
    form.locator("summary").click()
    form.locator("button[value=wow]").click()
    expect(form.locator(":scope > button[value=wow]")).to_have_attribute("aria-pressed", "true")
    expect(form.locator(":scope > button[value=wow]")).to_be_focused()
    expect(form.locator("button[value=wow] b")).to_have_text("1")
    expect(form.locator("button[value=love]")).to_be_hidden()
    form.locator("summary").click()
    form.locator("button[value=love]").click()
    expect(form.locator("button[value=wow] b")).to_have_text("0")
    page.reload()
    expect(form.locator(":scope > button[value=love]")).to_have_attribute("aria-pressed", "true")
    plain = visit(javascript=False)
    form = plain.locator(f"#cx-comment-{comment.pk} .cx-vote")
    form.locator("button[value=love]").click()
    expect(form.locator("button[value=love] b")).to_have_text("2")
    comment.refresh_from_db()
    assert (comment.up, comment.reactions) == (2, {"love": 2})


def lose(route):
    """Let a request come through, and its answer get lost."""
    route.fetch()
    route.abort()


@pytest.mark.parametrize("rules", ["votes", "reactions"])
def test_a_vote_whose_answer_was_lost_stands(visit, talk, write, rules):  # noqa: F811
    CommentSettings.objects.create(site=talk.get_site(), votes="both", reactions=["love"])
    CommentSettings.objects.update(votes=rules if rules == "reactions" else "both")
    comment = write(state="published")
    page = visit()
    form = page.locator(f"#cx-comment-{comment.pk} .cx-vote")
    button = form.locator("[name=reaction]" if rules == "reactions" else "[value='1']")
    for wanted in (1, 0):
        intercept(page, "**/api/v1/comments/*/votes/", lose)
        if rules == "reactions" and wanted:
            form.locator("summary").click()
        button.click()
        page.wait_for_url(f"**{talk.url}#cx-comment-{comment.pk}")
        page.unroute("**/api/v1/comments/*/votes/", lose)
        comment.refresh_from_db()
        assert comment.up == wanted
        page.goto(talk.url)
        expect(form.locator("[aria-pressed=true]")).to_have_count(wanted)


@pytest.mark.parametrize("rules", ["up", "reactions"])
def test_a_vote_under_a_shadow_ban_is_there_after_a_reload(
    visit,  # noqa: F811
    talk,  # noqa: F811
    write,  # noqa: F811
    moderator,  # noqa: F811
    rules,
):
    CommentSettings.objects.create(site=talk.get_site(), votes=rules, reactions=["love"])
    first, second = (write(state="published") for _ in range(2))
    page = visit()

    def vote(comment):
        form = page.locator(f"#cx-comment-{comment.pk} .cx-vote")
        if rules == "reactions":
            form.locator("summary").click()
        form.locator("button").click()
        expect(form.locator("button b")).to_have_text("1")
        return form

    vote(first)
    reader = Reader.objects.get()
    services.ban_author(
        comment_id=write("Rude words", reader=reader).pk,
        kinds=["reader"],
        moderator=moderator,
        shadow=True,
    )
    clear_ban_cache()
    form = vote(second)
    page.reload()
    expect(form.locator("button[aria-pressed=true] b")).to_have_text("1")
    expect(page.locator("button:focus")).to_have_count(0)
    assert list(Comment.objects.order_by("pk").values_list("up", flat=True)) == [1, 0, 0]
    elsewhere = visit().locator(f"#cx-comment-{second.pk} .cx-vote button b")
    expect(elsewhere).to_have_text("0")
