"""Wagtail's API: a front end learns from a page's blocks what to show and where to send it."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments.blocks import MostDiscussedBlock
from cx_feedback.comments.models import CommentSettings, Policy, Thread
from cx_feedback.comments.submission import page_rules
from cx_feedback.conversations.models import Conversation
from cx_feedback.newsletter.guides.blocks import GuideBlock
from cx_feedback.newsletter.models import MailingList, Topic
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN
from tests.newsletter.test_admission import solved
from tests.newsletter.test_guides import guide  # noqa: F401
from tests.pages import publish
from tests.site.models import ArticlePage
from tests.surveys.conftest import stream

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.site.api")]
PAGES = "/api/v2/pages/"


@pytest.fixture
def fetch(client, article):
    """A function that publishes blocks on the article and returns their content by the API."""

    def fetch(*blocks, path=f"{PAGES}{article.pk}/", **headers):
        publish(article, *blocks)
        response = client.get(path, headers=headers)
        assert response.status_code == 200
        assert "cx_reader" not in response.cookies
        found = response.json()
        body = found["body"] if "body" in found else found["items"][0]["body"]
        return [block["value"]["content"] for block in body]

    return fetch


def send(client, url, body):
    return client.post(url, json.dumps(body), content_type="application/json", **OWN)


def test_a_survey_is_answered_from_what_its_block_says(client, fetch, article):
    survey = services.publish_survey(survey=Survey(title="Visit", questions=stream()))
    (content,) = fetch(("survey", {"survey": survey.pk}))
    direct = client.get(f"/feedback/api/v1/surveys/{survey.pk}/?page={article.pk}").json()
    responses = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    assert content == {**direct, "responses": responses, "poll": None}
    asked = {question["key"]: question for question in content["questions"]}
    choice = asked["q-choice"]["options"]["choices"][0]["key"]
    body = {
        "page": article.pk,
        "version": content["version"],
        "answers": {"q-choice": choice},
    }
    assert send(client, content["responses"], body).status_code == 201
    assert Response.objects.get().page_id == article.pk


def test_a_poll_says_where_its_result_is(client, fetch, article):
    shown = {"results_shown": Survey.ResultsShown.ALWAYS}
    poll = services.publish_survey(survey=Survey(title="Poll", questions=stream()[:1], **shown))
    (content,) = fetch(("survey", {"survey": poll.pk}))
    assert content["results_shown"] == "always"
    result = client.get(f"{content['poll']}?page={article.pk}").json()
    assert (result["question"], result["shown"]) == ("q-choice", False)


def test_what_readers_see_nothing_of_has_no_content(fetch):
    survey = services.publish_survey(survey=Survey(title="Visit", questions=stream()))
    widget = services.publish_survey(survey=NPSWidget(title="Would you?"))
    for one in (survey, widget):
        one.unpublish()
    blocks = ("survey", {"survey": survey.pk}), ("nps", {"widget": widget.pk}), ("subscribe", {})
    assert fetch(*blocks) == [None, None, None]


def test_an_nps_widget_has_the_words_of_each_class(client, fetch, article):
    widget = services.publish_survey(
        survey=NPSWidget(
            title="Would you?",
            thanks="Thanks.",
            promoter_thanks="Great!",
            next_page=article,
            next_label="Read on",
            passive_next="page",
        )
    )
    (content,) = fetch(("nps", {"widget": widget.pk}))
    classes = content["classes"]
    assert (classes["promoter"]["thanks"], classes["detractor"]["thanks"]) == ("Great!", "Thanks.")
    assert (classes["passive"]["next"], classes["passive"]["next_label"]) == ("page", "Read on")
    assert client.get(classes["passive"]["next_url"])["Location"].endswith(article.url)
    body = {"page": article.pk, "answers": {"score": 9}}
    assert send(client, content["responses"], body).status_code == 201


def test_comments_say_where_they_are_and_what_the_form_needs(client, fetch, write, article):  # noqa: F811
    write("First", state="published")
    setting, _new = CommentSettings.objects.get_or_create(site=article.get_site())
    setting.votes, setting.reactions = "reactions", ["love", "wow"]
    setting.save()
    (content,) = fetch(("comments", {"heading": "", "order": "newest"}))
    assert (content["page"], content["published"], content["closed"]) == (article.pk, 1, False)
    assert [one["key"] for one in content["reactions"]] == ["love", "wow"]
    assert {"key": "abuse", "label": "Insults or hate"} in content["flag_reasons"]
    assert len(client.get(content["url"]).json()["comments"]) == 1


LISTED = f"{PAGES}?type=tests_site.ArticlePage&fields=body&limit=20"


@pytest.fixture
def full_pages(article, home):
    """A function that makes pages with a block of each kind, each of its own survey and widget."""

    def full_pages(number):
        pages = []
        for n in range(number):
            page = home.add_child(instance=ArticlePage(title=f"Full {n}", slug=f"full-{n}"))
            survey = services.publish_survey(survey=Survey(title=f"S {n}", questions=stream()))
            widget = services.publish_survey(survey=NPSWidget(title=f"W {n}"))
            letter = MailingList.objects.first() or MailingList.objects.create(name="Letter")
            publish(
                page,
                ("survey", {"survey": survey.pk}),
                ("nps", {"widget": widget.pk}),
                ("comments", {"heading": "", "order": "newest"}),
                ("subscribe", {"mailing_list": letter.pk, "more_lists": [], "offer_topics": True}),
                ("subscribe", {}),
            )
            Thread.objects.create(page=page, published=n)
            pages.append(page)
        return pages

    return full_pages


def list_content(client):
    """Return the contents of the blocks of each full page by its id, and the number of queries."""
    clear_caches()
    with CaptureQueriesContext(connection) as captured:
        items = client.get(LISTED).json()["items"]
    found = {one["id"]: [b["value"]["content"] for b in one["body"]] for one in items}
    # Wagtail itself asks for the language of each page.
    ours = [query for query in captured if 'FROM "wagtailcore_locale"' not in query["sql"]]
    return {pk: content for pk, content in found.items() if content}, len(ours)


def clear_caches():
    cache.clear()
    page_rules.clear_rules_cache()


def test_a_list_of_pages_says_of_each_what_its_own_answer_says(client, full_pages):
    pages = full_pages(3)
    found, _queries = list_content(client)
    assert list(found) == [page.pk for page in pages]
    for number, page in enumerate(pages):
        body = client.get(f"{PAGES}{page.pk}/").json()["body"]
        assert found[page.pk] == [block["value"]["content"] for block in body]
        thread = found[page.pk][2]
        assert (thread["page"], thread["published"]) == (page.pk, number)


def test_the_queries_of_a_list_do_not_grow_with_its_pages(client, full_pages, home):
    full_pages(2)
    list_content(client)
    _found, few = list_content(client)
    for one in ArticlePage.objects.child_of(home).filter(slug__startswith="full"):
        one.delete()
    full_pages(12)
    found, many = list_content(client)
    assert len(found) == 12
    assert all(None not in contents for contents in found.values())
    assert many <= few


def test_pages_below_another_policy_or_of_a_closed_thread_say_so(client, full_pages):
    one, other, third = full_pages(3)
    Policy.objects.create(page=one, rule="closed")
    Thread.objects.filter(page=other).update(closed=True)
    found, _queries = list_content(client)
    closed = [found[page.pk][2]["closed"] for page in (one, other, third)]
    assert closed == [True, True, False]


def test_a_list_with_the_number_of_a_survey_opens_none(client, article):
    survey = services.publish_survey(
        survey=Survey(title="Hidden", questions=stream(), open_by_address=False)
    )
    MailingList.objects.create(pk=survey.pk, name="Friday letter")
    publish(article, ("subscribe", {"mailing_list": survey.pk, "more_lists": []}))
    url = f"/feedback/api/v1/surveys/{survey.pk}/?page={article.pk}"
    assert client.get(url).status_code == 404
    publish(article, ("survey", {"survey": survey.pk}))
    assert client.get(url).status_code == 200


def test_sign_ups_have_the_lists_with_words_of_consent_and_topics(client, fetch, article):
    letter = MailingList.objects.create(name="Friday letter", description="Each week.")
    topic = Topic.objects.create(mailing_list=letter, name="Bread")
    value = {"mailing_list": letter.pk, "offer_topics": True, "ask_name": True}
    (content,) = fetch(("subscribe", value))
    (offered,) = content["lists"]
    assert offered["topics"] == [{"id": topic.pk, "name": "Bread"}]
    assert "Friday letter" in offered["consent"]
    assert content["ask_name"] is True
    body = {"email": "ana@example.org", "list": offered["id"], "page": article.pk}
    assert send(client, content["url"], body).status_code == 202


def test_a_letter_is_sent_from_what_its_block_says_after_a_proof_of_work_too(
    client, fetch, article, settings
):
    rates = {**settings.CX_FEEDBACK["RATES"], "letter": "1/h"}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": rates, "CHALLENGE_COST": 100}
    (content,) = fetch(("letter", {"to": "author"}))
    assert content["text_length"] == 10_000
    body = {"text": "First", "email": "ana@example.org", "to": content["to"], "page": article.pk}
    assert send(client, content["url"], body).status_code == 202
    asked = send(client, content["url"], {**body, "text": "Second"})
    assert asked.status_code == 428
    solution = solved(asked.json()["challenge"])
    sent = {**body, "text": "Second", "challenge": solution}
    assert send(client, content["url"], sent).status_code == 202
    found = Conversation.objects.values_list("page", "to_author", "messages__text")
    assert set(found) == {(article.pk, True, "First"), (article.pk, True, "Second")}


def test_texts_are_in_the_language_of_the_request_and_no_reader_is_made(fetch):
    widget = services.publish_survey(survey=NPSWidget(title="Would you?"))
    MailingList.objects.create(name="Friday letter")
    blocks = ("nps", {"widget": widget.pk}), ("subscribe", {})
    _nps, english = fetch(*blocks)
    _nps, spanish = fetch(*blocks, accept_language="es")
    assert english["lists"][0]["consent"].startswith("By subscribing")
    assert spanish["lists"][0]["consent"].startswith("Al suscribirte")
    assert not Reader.objects.exists()


def test_a_guide_has_its_key_and_the_most_discussed_their_numbers(client, guide, talk, write):  # noqa: F811
    block = GuideBlock()
    value = block.to_python({"document": guide.pk})
    content = block.get_api_representation(value)["content"]
    assert (content["title"], content["list"]) == (guide.title, None)
    body = {"guide": content["guide"], "email": "ana@example.org"}
    assert send(client, content["url"], body).status_code == 202
    write("First", state="published")
    discussed = MostDiscussedBlock()
    found = discussed.get_api_representation(discussed.to_python({"number": 3}))
    assert found["content"] == [{"title": talk.title, "url": talk.url, "comments": 1}]
