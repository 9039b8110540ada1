"""wagtail#1283: two hostnames, and mails whose links and name are those of the wrong site.

Links, name and brand of a mail, and the reasons to reject, are those of the site of the page where
it happened.
"""

import json

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from cx_feedback.comments.models import CommentSettings
from cx_feedback.comments.spam.scorers.akismet import Akismet
from cx_feedback.comments.submission import verification_mail
from cx_feedback.newsletter import services
from cx_feedback.newsletter.guides.signed_links import sign_form_key
from cx_feedback.newsletter.models import Digest, FollowUpRule, Issue
from cx_feedback.readers import services as readers

# ruff: noqa: F811
from tests.comments.conftest import moderator, talk, write  # noqa: F401
from tests.comments.test_following import ask, sent
from tests.conftest import OWN
from tests.newsletter.conftest import mailing_list, rule, run_twice, send, subscribe  # noqa: F401
from tests.pages import squeeze
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
OTHER, FIRST = "http://cooking.example", "http://localhost"


@pytest.fixture
def cooking(home, article, root_page):
    """An article of a second site, which is not the default one."""
    front = root_page.add_child(instance=Page(title="Cooking", slug="cooking"))
    Site.objects.filter(is_default_site=True).update(site_name="Magazine")
    Site.objects.create(hostname="cooking.example", site_name="Cooking", root_page=front)
    return front.add_child(instance=ArticlePage(title="Soup", slug="soup"))


def all_from(message, base, name=""):
    """Check that a mail speaks of one site alone."""
    words = message.body + "".join(part.content for part in message.alternatives)
    words += "".join(message.extra_headers.values())
    other = FIRST if base == OTHER else OTHER
    return f"{base}/" in words and f"{other}/" not in words and name in words


@pytest.mark.parametrize("how", ["form", "rest", "host"])
def test_the_mail_that_confirms_a_subscription(client, cooking, mailing_list, how):
    data, headers = {"email": "ana@example.org", "page": cooking.pk}, OWN
    if how == "host":
        del data["page"]
        headers = {**OWN, "HTTP_HOST": "cooking.example"}
    if how == "rest":
        data, headers = json.dumps(data), {**OWN, "content_type": "application/json"}
    url = "/feedback/api/v1/subscriptions/" if how == "rest" else "/feedback/newsletter/subscribe/"
    assert client.post(url, data, **headers).status_code < 400
    (message,) = send()
    assert all_from(message, OTHER, "Cooking")


def test_a_list_says_its_site_where_no_page_does(cooking, mailing_list):
    mailing_list.site = Site.objects.get(site_name="Cooking")
    mailing_list.save()
    services.subscribe(email="ana@example.org")
    (message,) = send()
    assert all_from(message, OTHER, "Cooking")


def test_links_to_preferences(client, cooking, subscribe):
    row = subscribe()
    host = {**OWN, "HTTP_HOST": "cooking.example"}
    client.post("/feedback/newsletter/preferences/", {"email": row.email}, **host)
    services.send_preferences_link_to_subscriber(
        subscription_id=row.pk, site_id=Site.objects.get(site_name="Cooking").pk
    )
    first, second = send()
    assert all_from(first, OTHER, "Cooking")
    assert all_from(second, OTHER, "Cooking")


def test_a_guide(client, cooking, mailing_list):
    guide = get_document_model()(title="Knives")
    guide.file.save("knives.pdf", ContentFile(b"%PDF-"))
    data = {"email": "ana@example.org", "guide": sign_form_key(guide.pk), "page": cooking.pk}
    data["list"] = mailing_list.pk
    assert client.post("/feedback/newsletter/guide/", data, **OWN).status_code == 303
    messages = send()
    assert len(messages) == 2
    assert all(all_from(message, OTHER, "Cooking") for message in messages)


def test_follow_ups_come_from_where_it_happened(cooking, article, rule, subscribe):
    rule(FollowUpRule.Trigger.ANSWERED, repeat="each", body="<p>{site} <a href='/x/'>x</a></p>")
    row = subscribe()
    for page in (cooking, article):
        readers.record_act(
            reader=row.reader, kind="response", page_id=page.pk, detail={"survey": 1}
        )
    found = run_twice()
    assert [all_from(message, OTHER, "Cooking") for message in found] == [True, False]
    assert [all_from(message, FIRST, "Magazine") for message in found] == [False, True]


def test_what_happens_nowhere_comes_from_where_one_subscribed(cooking, rule, subscribe):
    rule(FollowUpRule.Trigger.ANSWERED, body="<p>{site}</p>")
    row = subscribe(consent_page_id=cooking.pk)
    readers.record_act(reader=row.reader, kind="response", detail={"survey": 1})
    (message,) = run_twice()
    assert all_from(message, OTHER, "Cooking")


def issue_of(mailing_list, **fields):
    made = Issue(mailing_list=mailing_list, subject="News", **fields)
    raw = [{"type": "text", "value": "<p>{site} <a href='/x/'>x</a></p>"}]
    made.body = made.body.stream_block.to_python(raw)
    made.save()
    return made


def test_issues_and_digests_come_from_the_site_of_their_list(
    client,
    cooking,
    mailing_list,
    subscribe,
):
    subscribe()
    services.schedule_issue(issue_id=issue_of(mailing_list).pk)
    (message,) = send()
    assert all_from(message, FIRST, "Magazine")
    digest = Digest.objects.create(
        name="Weekly", mailing_list=mailing_list, section=cooking.get_parent(), subject="Soups"
    )
    services.schedule_issue(issue_id=issue_of(mailing_list, digest=digest).pk)
    (message,) = send()
    assert all_from(message, OTHER, "Cooking")
    mailing_list.site = Site.objects.get(site_name="Cooking")
    mailing_list.save()
    services.schedule_issue(issue_id=issue_of(mailing_list).pk)
    (message,) = send()
    assert all_from(message, OTHER, "Cooking")
    feed = client.get(f"/feedback/newsletter/archive/{mailing_list.pk}/rss/")
    assert feed.status_code == 200
    assert OTHER in feed.content.decode()
    assert f"{FIRST}/feedback/newsletter/issues" not in feed.content.decode()


def test_mails_of_comments(client, cooking, write):
    ask(client, cooking)
    (message,) = sent()
    assert all_from(message, OTHER)
    comment = write("Salt it", page=cooking, email="zoe@example.org")
    _letter, values = verification_mail.write_verification_mail(comment)
    assert values["proof_url"].startswith(f"{OTHER}/")
    assert values["site"] == "cooking.example"


def test_reasons_to_reject_are_those_of_the_comments_site(client, cooking, write, moderator):
    CommentSettings.objects.create(
        site=Site.objects.get(site_name="Cooking"), reject_reasons="Burnt\nRaw"
    )
    CommentSettings.objects.create(
        site=Site.objects.get(site_name="Magazine"), reject_reasons="Dull"
    )
    soup, essay = write("Soup", page=cooking), write("Essay")
    client.force_login(moderator)
    for comment, reasons in ((soup, ["Burnt", "Raw"]), (essay, ["Dull"])):
        page = client.get(f"/admin/cx-feedback/comments/{comment.pk}/reject/")
        assert [site.reasons for site in page.context["reasons_of_sites"]] == [reasons]
    html = squeeze(client.get("/admin/cx-feedback/comments/").content)
    sites = {site.site_name: site.pk for site in Site.objects.all()}
    for comment, name in ((soup, "Cooking"), (essay, "Magazine")):
        assert f'data-cx-row="{comment.pk}"' in html
        row = html.split(f'data-cx-row="{comment.pk}"')[1].split(">")[0]
        assert f'data-cx-site="{sites[name]}"' in row
        group = html.split(f'class="cx-reasons" data-cx-site="{sites[name]}"')[1].split("</div>")[0]
        assert ("Burnt" in group) == (name == "Cooking")
        assert ("Dull" in group) == (name == "Magazine")
    assert '<optgroup label="Cooking">' in html


def test_akismet_is_asked_for_the_site_of_the_page(cooking, article, monkeypatch):
    akismet = pytest.importorskip("akismet")
    asked = []
    monkeypatch.setattr(akismet, "Config", lambda key, url: asked.append(url))
    monkeypatch.setattr(akismet, "SyncClient", lambda config: None)
    for page in (cooking, article):
        Akismet().client("key", page.pk)
    assert asked == [OTHER, FIRST]


def test_the_address_of_the_settings_is_that_of_the_default_site(
    cooking,
    article,
    mailing_list,
    settings,
):
    settings.CX_FEEDBACK = {"NEWSLETTER_BASE_URL": "https://news.example/"}
    for email, page in (("a@example.org", cooking), ("b@example.org", article)):
        services.subscribe(email=email, page_id=page.pk)
    first, second = send()
    assert f"{OTHER}/feedback/" in first.body
    assert "https://news.example/feedback/" in second.body
