"""What nobody may learn, and words that would be code if any page believed them."""

import re
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import FollowUpRule, MailingList, Subscription
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers import services as readers
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.conftest import OWN
from tests.pages import publish
from tests.surveys.conftest import GOOD, stream

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
CODE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7 }}"""
#: An address that Django takes, and that is code where it is not escaped.
ADDRESS = '"<img/src=x>"@secret.example'
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b")


def coded_stream():
    """The usual questions, with code in every word of the editor's."""
    raw = stream()
    for block in raw:
        words = {"label": CODE, "help": CODE, "low_label": CODE[:80], "high_label": CODE[:80]}
        block["value"] |= {k: v for k, v in words.items() if k in block["value"]}
        for choice in block["value"].get("choices", []):
            choice["value"] = CODE
    return raw


class World:
    """A site on which somebody did everything, and everybody's words are code."""

    def __init__(self, article, moderator):
        survey = Survey(title=CODE, intro=CODE, thanks=CODE, questions=coded_stream())
        self.survey = surveys.publish_survey(survey=survey)
        widget = NPSWidget(
            title=CODE, question=CODE, low_label=CODE[:80], follow_up=CODE, thanks=CODE
        )
        self.widget = surveys.publish_survey(survey=widget)
        self.list = MailingList.objects.create(name=CODE, description=CODE, consent_wording=CODE)
        FollowUpRule.objects.create(
            name=CODE, trigger="subscribed", mailing_list=self.list, subject=CODE, body="<p>x</p>"
        )
        self.page = publish(
            article,
            ("survey", {"survey": self.survey.pk}),
            ("nps", {"widget": self.widget.pk}),
            ("comments", {}),
            ("subscribe", {}),
        )
        self.reader = readers.create_reader()
        self.answer()
        self.comment, self.waiting = self.write(), self.write("Waiting " + CODE)
        comments.approve_comments(ids=[self.comment.pk], moderator=moderator)
        self.reply = self.write("Reply " + CODE, parent=self.comment.pk)
        comments.approve_comments(ids=[self.reply.pk], moderator=moderator)
        newsletter.subscribe(email=ADDRESS, name=CODE, page_id=article.pk)
        self.subscription = Subscription.objects.get()
        newsletter.confirm_subscription(subscription_id=self.subscription.pk, reader=self.reader)
        post_office.suppress_address(address='"<img/src=x>"@other-secret.example')

    def answer(self):
        given = {"q-choice": GOOD, "q-scale": 3, "q-text": CODE}
        for _ in range(6):
            how = {"reader": self.reader, "page_id": self.page.pk}
            surveys.submit_response(survey_id=self.survey.pk, answers=given, **how)
            scored = {"score": 9, "reason": CODE}
            surveys.submit_response(survey_id=self.widget.pk, kind="nps", answers=scored, **how)

    def write(self, text=CODE, parent=None):
        said = {"name": CODE[:80], "email": ADDRESS, "text": text, "parent": parent}
        draft = comment_input.parse_comment(said, page_id=self.page.pk)
        return comments.store_comment(draft=draft, reader=self.reader).comment

    def public(self):
        """Return every public address that answers a GET."""
        return [
            self.page.url,
            API + "schema/",
            API + "surveys/",
            f"{API}surveys/{self.survey.pk}/",
            f"{API}surveys/{self.survey.pk}/results/",
            f"{API}nps/{self.widget.pk}/",
            f"{API}nps/{self.widget.pk}/results/",
            f"{API}comments/?page={self.page.pk}",
            f"{API}comments/?page={self.page.pk}&order=oldest",
            f"{API}comments/{self.comment.pk}/",
            f"{API}comments/{self.waiting.pk}/",
            API + "me/",
            API + "loyalty/",
            "/feedback/comments/mine/",
            f"/feedback/comments/page/{self.page.pk}/",
            f"/feedback/comments/{self.comment.pk}/",
            f"/feedback/comments/{self.comment.pk}/reply/",
            *self.links(),
        ]

    def links(self):
        """Return the addresses in the subscriber's mails."""
        return [
            "/" + link.split("/", 3)[3]
            for link in (
                signed_links.get_confirm_url([self.subscription.pk], 1),
                signed_links.get_unsubscribe_url(self.subscription.pk),
            )
        ]

    def of_editors(self):
        """Return the editors' screens that show what readers or editors wrote."""

        def snippet(model, name, *args):
            return reverse(model.snippet_viewset.get_url_name(name), args=args)

        return [
            "/admin/",
            *(snippet(m, "list") for m in (Survey, NPSWidget, MailingList, FollowUpRule)),
            *(snippet(m, "edit", m.objects.latest("pk").pk) for m in (MailingList, FollowUpRule)),
            snippet(Survey, "edit", self.survey.pk),
            snippet(NPSWidget, "edit", self.widget.pk),
            snippet(Survey, "results", self.survey.pk),
            snippet(NPSWidget, "results", self.widget.pk),
            snippet(Survey, "delete", self.survey.pk),
            reverse("cx_comments:queue") + "?state=all",
            reverse("cx_comments:comment", args=[self.comment.pk]),
            reverse("cx_comments:comment", args=[self.reply.pk]),
            reverse("cx_subscriptions:index"),
            reverse("cx_subscriptions:inspect", args=[self.subscription.pk]),
            reverse("cx_deliveries:index"),
            reverse("cx_deliveries:mailings"),
            *(reverse("cx_deliveries:inspect", args=[d.pk]) for d in Delivery.objects.all()),
            reverse("cx_suppressions:index"),
            reverse("cx_loyalty:overview"),
            reverse("wagtailadmin_reports:site_history"),
        ]


@pytest.fixture
def world(article, admin_user):
    return World(article, admin_user)


def believed(html):
    """Return what of ``CODE`` or ``ADDRESS`` stands unescaped in ``html``."""
    return [code for code in ("<script>alert", "<img src=x", "<img/src=x") if code in html]


def test_words_are_never_code_on_public_pages(client, world):
    for address in world.public():
        response = client.get(address)
        if "json" not in response["Content-Type"]:
            html = response.content.decode()
            assert believed(html) == [], address
    article = client.get(world.page.url).content.decode()
    assert article.count(escape(CODE)) > 8
    assert client.get(f"{API}comments/{world.comment.pk}/").json()["html"].startswith("<p>&lt;scr")


def test_words_are_never_code_on_editors_screens(admin_client, world):
    for address in world.of_editors():
        response = admin_client.get(address)
        assert response.status_code == 200, address
        html = response.content.decode()
        assert believed(html) == [], address


def test_no_address_in_any_public_answer(client, world):
    for address in world.public():
        found = client.get(address).content.decode()
        assert "img/src" not in found, address
        assert "admin@example.com" not in found, address


def test_the_links_of_mails_show_an_address_masked_only(client, world):
    for address in world.links():
        response = client.get(address)
        assert "…@secret.example" in response.content.decode()
        assert response["Referrer-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]


def test_an_answer_to_a_write_tells_no_address(client, world):
    said = {"page": world.page.pk, "name": "Bo", "text": "More", "email": "bo@hidden.example"}
    answers = [
        client.post(API + "comments/", said, content_type="application/json", **OWN),
        client.post(API + "subscriptions/", said, content_type="application/json", **OWN),
    ]
    assert [answer.status_code for answer in answers] == [201, 202]
    assert not any("hidden" in answer.content.decode() for answer in answers)


def test_a_read_sets_no_cookie_and_changes_nothing(client, world):
    client.cookies["cx_reader"] = world.reader.key.hex
    for address in world.public():
        for method in (client.get, client.head):
            with CaptureQueriesContext(connection) as captured:
                response = method(address)
            assert not response.cookies, address
            assert not [q["sql"] for q in captured if WRITES.match(q["sql"])], address


def test_no_write_asks_for_a_token(world):
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    page = world.page.pk
    posts = [
        (f"surveys/{world.survey.pk}/", {"page": page, "answers.q-choice": GOOD}),
        (f"nps/{world.widget.pk}/", {"page": page, "answers.score": "9"}),
        ("comments/post/", {"page": page, "name": "Bo", "text": "More"}),
        ("newsletter/subscribe/", {"page": page, "email": "bo@example.org"}),
        ("consent/", {"page": page, "agree": "yes"}),
    ]
    for path, data in posts:
        assert client.post(f"/feedback/{path}", data).status_code == 303, path
    one_click = {"List-Unsubscribe": "One-Click"}
    assert Client(enforce_csrf_checks=True).post(world.links()[1], one_click).status_code == 200
    world.subscription.refresh_from_db()
    assert world.subscription.state == "unsubscribed"


def test_the_way_back_never_leaves_the_site(client, world):
    evil = "https://evil.example/"
    for data in ({"next": evil}, {"page": evil}, {"page": "//evil.example"}):
        asked = {"answers.score": "9", "next": evil, **data}
        response = client.post(
            f"/feedback/nps/{world.widget.pk}/?next={evil}", asked, HTTP_REFERER=evil, **OWN
        )
        assert "evil" not in response.get("Location", "")


def test_an_exported_word_is_no_formula(admin_client, world):
    formula = '=HYPERLINK("https://evil.example","x")'
    Subscription.objects.update(name=formula)
    Subscription.objects.update(email="+1@secret.example")
    response = admin_client.get(reverse("cx_subscriptions:index"), {"export": "csv"})
    table = b"".join(response.streaming_content).decode()
    assert "'=HYPERLINK" in table
    assert "'+1@secret.example" in table
    assert CODE.replace('"', '""') in table
