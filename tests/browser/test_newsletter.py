"""The subscriber's pages at the width of a phone, and the screens on which letters are made."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import expect

from cx_feedback.mail.services import (
    Recipient,
    create_message,
    queue_mailing,
    send_due,
)
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import FollowUpRule, Issue, MailingList, Subscription, Topic
from cx_feedback.newsletter.rendering import signed_links
from tests.browser.conftest import PHONE
from tests.browser.test_editor import add_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["js", "plain"])
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
State = Subscription.State


@pytest.fixture
def row(transactional_db, home):
    """A subscription that waits to be confirmed, of a list with topics."""
    mailing_list = MailingList.objects.create(name="Friday letter")
    for name in ("Tests", "Talks"):
        Topic.objects.create(mailing_list=mailing_list, name=name)
    MailingList.objects.create(name="Monday letter", description="What the week brings.")
    return Subscription.objects.create(
        mailing_list=mailing_list, email="ana@example.org", language="en", consent_wording="Yes."
    )


def path(url):
    return "/" + url.split("/", 3)[3]


def fits(page):
    """Return whether nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@both_ways
def test_confirm_choose_and_leave(open_reader, row, javascript):
    page = open_reader(javascript)
    page.goto(path(signed_links.get_confirm_url([row.pk], 1)))
    row.refresh_from_db()
    assert row.state == State.PENDING
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="You're subscribed")).to_be_visible()

    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_text("Check the inbox of a…@example.org.")).to_be_visible()
    page.goto(path(signed_links.get_preferences_url(row.pk)))
    page.get_by_label("Talks").check()
    page.get_by_label("Monday letter").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Talks")).to_be_checked()
    expect(page.get_by_label("Monday letter")).to_be_checked()
    row.refresh_from_db()
    assert [topic.name for topic in row.topics.all()] == ["Talks"]

    page.goto(path(signed_links.get_unsubscribe_url(row.pk)))
    row.refresh_from_db()
    assert row.state == State.CONFIRMED
    page.get_by_role("button", name="Yes, unsubscribe me").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    row.refresh_from_db()
    assert row.state == State.UNSUBSCRIBED


@schemes
def test_axe_finds_nothing_on_the_subscriber_s_pages(open_reader, row, scheme):
    page = open_reader(color_scheme=scheme)
    for url in (
        signed_links.get_confirm_url([row.pk], 1),
        signed_links.get_preferences_url(row.pk),
        signed_links.get_preferences_request_url(row.pk),
        signed_links.get_unsubscribe_url(row.pk),
        "http://localhost/feedback/newsletter/preferences/",
        "http://localhost/feedback/newsletter/confirm/1:x/",
        f"http://localhost/feedback/newsletter/archive/{row.mailing_list_id}/",
    ):
        page.goto(path(url))
        found = Axe().run(page)
        assert found.violations_count == 0, f"{url}\n{found.generate_report()}"
        assert fits(page), url


def test_an_editor_begins_a_series_and_sends_an_issue(open_editor, row):
    services.confirm_subscription(subscription_id=row.pk)
    page = open_editor("/admin/cx-feedback/follow-up-rules/begin/")
    series = page.get_by_role("region", name="Welcome")
    series.get_by_role("button", name="Use this series").click()
    expect(page.locator(".messages .success")).to_contain_text("isn't active yet")
    rule = FollowUpRule.objects.get()
    assert (rule.active, rule.steps.count()) == (False, 2)
    page.get_by_role("link", name="Dry run").click()
    expect(page.get_by_text("1 email would be sent.")).to_be_visible()
    expect(page.get_by_role("cell", name="ana@example.org")).to_be_visible()

    issue = Issue.objects.create(mailing_list=row.mailing_list, subject="Number one")
    page.goto(f"/admin/cx-feedback/issues/edit/{issue.pk}/")
    body = page.locator("[data-contentpath=body]")
    add_block(body, "Heading").get_by_role("textbox").fill("News for {nmae}")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("{nmae} is not a placeholder.").first).to_be_visible()
    body.get_by_role("textbox").fill("News for {name}")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator(".messages .success")).to_be_visible()

    page.goto(f"/admin/cx-feedback/issues/send/{issue.pk}/")
    letter = page.frame_locator("iframe[title='On a phone']")
    expect(letter.get_by_role("heading", name="News for reader")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert fits(page)
    page.get_by_role("button", name="Send to 1 subscriber").click()
    expect(page.get_by_text("it went to 1 subscriber")).to_be_visible()
    send_due()
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]


def test_an_editor_pauses_a_mailing_and_sees_it_go_on(open_editor, monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    monkeypatch.setattr("cx_feedback.mail.services.mailing_actions._nudge_sending", lambda: None)
    queue_mailing(
        message=create_message(subject="Hello", text="Hello", language="en"),
        mailing="series:1",
        recipients=[Recipient(str(n), f"r{n}@example.org") for n in range(5)],
    )
    page = open_editor("/admin/cx-feedback/deliveries/mailings/series:1/")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("5 emails are on hold.")).to_be_visible()
    assert send_due().total == 0
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("0 of 5 done")).to_be_visible()
    page.evaluate("window.notReloaded = true")
    send_due(limit=2)
    expect(page.get_by_text("2 of 5 done")).to_be_visible()
    send_due()
    expect(page.get_by_text("5 of 5 done")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    assert page.evaluate("window.notReloaded")
    page.set_viewport_size(PHONE)
    assert fits(page)


def test_lists_are_cards_on_a_phone(open_editor, row):
    """Nothing is cut: each row stands below the other cells of it, under its own title."""
    FollowUpRule.objects.create(
        name="Away for a while",
        mailing_list=row.mailing_list,
        trigger="fell_silent",
        subject="Hello",
    )
    page = open_editor()
    page.set_viewport_size(PHONE)
    for url, label, value in (
        ("/admin/cx-feedback/follow-up-rules/", "When a reader", "stopped visiting"),
        ("/admin/cx-feedback/subscriptions/", "Mailing list", "Friday letter"),
    ):
        page.goto(url)
        cell = page.locator(f'td[data-label="{label}"]').first
        expect(cell).to_have_text(value)
        box = cell.bounding_box()
        assert box["x"] >= 16
        assert box["width"] > PHONE["width"] * 0.7
        assert fits(page)


def test_a_rule_s_long_choices_fit_on_a_phone(open_editor, row):
    page = open_editor()
    page.set_viewport_size(PHONE)
    page.goto("/admin/cx-feedback/follow-up-rules/add/")
    for label in ("When a reader", "To subscribers of"):
        box = page.get_by_label(label).bounding_box()
        assert box["x"] + box["width"] <= PHONE["width"]
