"""A site's own ``comment.html`` with the script: replies fetched in place, and after posting."""

import pytest
from playwright.sync_api import expect

from cx_feedback.comments.models import Policy, Rule
from tests.browser.test_comments import fill, visit  # noqa: F401
from tests.comments.conftest import talk, write  # noqa: F401
from tests.projects.themed import settings as themed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def theme(settings):
    settings.TEMPLATES = themed.TEMPLATES


def test_replies_that_are_fetched_look_as_the_site_wants(visit, talk, write, settings):  # noqa: F811
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_REPLIES_SHOWN": 1}
    first = write("What do you think?", state="published")
    for name in ("Bea", "Carla"):
        write(name=name, parent=first, state="published")
    page = visit()
    replies = page.locator(f"#cx-comment-{first.pk} .cx-replies > .themed")
    expect(replies).to_have_count(1)
    page.click("[data-cx-below]")
    expect(replies).to_have_count(2)
    expect(replies.last.locator(".themed-line")).to_contain_text("Carla wrote on")


@pytest.mark.parametrize("rule", [Rule.ALL, Rule.OPEN])
def test_an_own_comment_looks_as_the_site_wants_at_once(rule, visit, talk, write):  # noqa: F811
    Policy.objects.create(page=talk, rule=rule)
    first = write("What do you think?", state="published")
    page = visit()
    page.click(f"#cx-comment-{first.pk} .cx-reply")
    expect(page.locator("[data-cx-answering]")).to_contain_text("Ana")
    fill(page, text="Good **words**", name="Bea")
    own = page.locator(f"#cx-comment-{first.pk} .cx-replies > .themed")
    expect(own.locator(".themed-line .cx-author")).to_have_text("Bea")
    expect(own.locator("blockquote.cx-comment-text strong")).to_have_text("words")
    expect(own.locator(".cx-vote, .cx-reply")).to_have_count(0)
    if rule == Rule.ALL:
        expect(own.locator(".cx-state")).to_have_text("Awaiting approval")
    page.reload()
    expect(own).to_have_count(1)
    expect(page.locator("template")).to_have_count(1)
