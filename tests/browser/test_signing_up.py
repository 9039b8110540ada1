"""Signing up and asking for a guide in Chromium, with the proof of work and without it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from playwright.sync_api import expect
from wagtail.documents.models import Document

from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from cx_feedback.newsletter.models import MailingList, Subscription
from tests.browser.test_newsletter import fits
from tests.newsletter.conftest import link_in
from tests.pages import publish
from tests.site.models import ArticlePage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["js", "plain"])


@pytest.fixture
def friday(transactional_db):
    return MailingList.objects.create(name="Friday letter", description="One article a week.")


@pytest.fixture
def busy(settings):
    """A network from which every sign-up is one too many."""
    rates = {**settings.CX_FEEDBACK["RATES"], "signup": "0/h"}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": rates}


@pytest.fixture
def guide(article, friday, settings, tmp_path, monkeypatch):
    """An article with a guide below it, beside which a list is offered."""
    settings.MEDIA_ROOT = tmp_path
    made = Document.objects.create(
        title="Notebook", file=ContentFile(b"%PDF-1.4 the guide", name="notebook.pdf")
    )
    monkeypatch.setattr(ArticlePage, "template", "tests_site/article_with_guide.html")
    monkeypatch.setattr(
        ArticlePage,
        "get_context",
        lambda self, request: {"page": self, "guide": made, "mailing_list": friday},
    )
    return made


def sign_up(page):
    page.get_by_label("Your email address").fill("ana@example.org")
    page.get_by_role("button", name="Subscribe").click()


def test_the_page_does_the_work_and_nobody_sees_it(open_reader, article, friday, busy):
    publish(article, ("subscribe", {"mailing_list": friday.pk, "ask_name": True}))
    page = open_reader()
    page.goto(article.url)
    answers = []
    page.on("response", lambda r: "subscriptions" in r.url and answers.append(r.status))
    page.get_by_label("Name").fill("Ana")
    sign_up(page)
    expect(page.get_by_text("Almost there: check your inbox.")).to_be_visible()
    assert answers == [428, 202]
    row = Subscription.objects.get()
    assert (row.name, row.consent_source, row.state) == ("Ana", "rest", "pending")


def test_without_scripts_a_page_keeps_the_words_and_says_what_to_do(
    open_reader, article, friday, busy, settings
):
    publish(article, ("subscribe", {"mailing_list": friday.pk}))
    page = open_reader(javascript=False)
    page.goto(article.url)
    sign_up(page)
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    # Playwright switches scripts off too late for Chromium to show what is in <noscript>.
    assert "Try again later" in page.content()
    assert fits(page)
    assert not Subscription.objects.exists()
    # Later, when the network is quiet again.
    settings.CX_FEEDBACK["RATES"]["signup"] = "9/h"
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("Almost there: check your inbox.")).to_be_visible()
    assert Subscription.objects.get().email == "ana@example.org"


def test_a_plain_form_goes_on_by_itself_once_the_work_is_done(open_reader, article, guide, busy):
    page = open_reader()
    page.goto(article.url)
    page.evaluate("delete document.querySelector('.cx-guide form').dataset.cxApi")
    page.get_by_label("Your email address").fill("ana@example.org")
    page.get_by_label("Also send me “Friday letter”").check()
    page.get_by_role("button", name="Send me the guide").click()
    expect(page.get_by_text("On its way: check your inbox.")).to_be_visible()
    assert page.url.endswith(f"/en/an-article/#cx-guide-{guide.pk}-thanks")
    assert Delivery.objects.count() == 2
    row = Subscription.objects.get()
    assert (row.state, row.consent_source, row.time_zone != "") == ("pending", "guide", True)


@both_ways
def test_a_guide_subscribes_to_nothing_that_was_not_ticked(
    open_reader, article, guide, javascript, mailoutbox
):
    page = open_reader(javascript)
    page.goto(article.url)
    assert not page.get_by_label("Also send me “Friday letter”").is_checked()
    page.get_by_label("Your email address").fill("ana@example.org")
    page.get_by_role("button", name="Send me the guide").click()
    expect(page.get_by_text("On its way: check your inbox.")).to_be_visible()
    assert fits(page)
    assert not Subscription.objects.exists()
    send_due()
    (message,) = mailoutbox
    fetched = page.request.get(link_in(message, "guide/"))
    assert fetched.body() == b"%PDF-1.4 the guide"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_guide_and_its_form_with_an_error(
    open_reader, article, guide, scheme
):
    page = open_reader(color_scheme=scheme)
    page.goto(article.url)
    for shown in ("form", "error"):
        found = Axe().run(page)
        assert found.violations_count == 0, f"{shown}\n{found.generate_report()}"
        assert fits(page)
        page.get_by_label("Your email address").fill("ana@x")
        page.locator("form[method=post]").first.evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Send me the guide").click()
        expect(page.get_by_text("This is not a valid email address.")).to_be_visible()
