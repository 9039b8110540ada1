"""The reader's side: the block on a page, and the plain form without JavaScript."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail import blocks
from wagtail.models import Locale

from cx_feedback.nps.blocks import NPSBlock
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import services
from cx_feedback.surveys.blocks import SurveyBlock
from cx_feedback.surveys.models import Response, Survey
from tests.conftest import FOREIGN, OWN
from tests.pages import publish, squeeze
from tests.surveys.conftest import GOOD, stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(article, survey):
    article.body = [("text", "Hello"), ("survey", {"survey": survey})]
    article.save_revision().publish()
    return article


def test_a_class_of_streamblock_has_the_block(page, survey):
    class Body(blocks.StreamBlock):
        survey = SurveyBlock()

    block = Body()
    html = block.render(block.to_python([{"type": "survey", "value": {"survey": survey.pk}}]))
    assert 'id="cx-survey' in html


def form_of(html):
    return re.search(r'<form id="cx-survey.*?</form>', html, re.S)[0]


def test_the_form_is_the_same_for_every_reader_and_sets_no_cookie(client, page, survey):
    response = client.get("/en/an-article/")
    html = squeeze(response.content)
    assert not response.cookies
    form = form_of(html)
    assert f'action="/feedback/surveys/{survey.pk}/"' in form
    assert f'name="page" value="{page.pk}"' in form
    assert "csrf" not in form
    assert "style=" not in form
    assert "<legend>How was it?" in form
    assert form.count('type="radio"') == 7
    assert 'name="answers.q-text"' in form
    client.cookies["cx_reader"] = Reader.objects.create().key.hex
    assert squeeze(client.get("/en/an-article/").content) == html


def nested():
    """Return blocks of a site's own that hold surveys and widgets, each in its own way."""
    both = [("survey", SurveyBlock()), ("nps", NPSBlock())]
    return blocks.StreamBlock(
        [
            ("text", blocks.TextBlock()),
            *both,
            ("card", blocks.StructBlock([("aside", blocks.StructBlock(both))])),
            ("column", blocks.StreamBlock([*both, ("text", blocks.TextBlock())])),
            ("surveys", blocks.ListBlock(SurveyBlock())),
            ("cards", blocks.ListBlock(blocks.StructBlock([("body", blocks.StreamBlock(both))]))),
        ]
    )


@pytest.mark.parametrize("times", [1, 3, 10])
def test_any_number_of_blocks_costs_two_queries(client, article, survey, times, monkeypatch):
    field = type(article)._meta.get_field("body")
    monkeypatch.setitem(field.__dict__, "stream_block", nested())
    more = services.publish_survey(survey=Survey(title="More", questions=stream()))
    widget, other = (
        services.publish_survey(survey=NPSWidget(title=f"Widget {n}")) for n in range(2)
    )
    ask, recommend = {"survey": survey.pk}, {"widget": widget.pk}
    raw = [
        ("survey", ask),
        ("nps", recommend),
        ("card", {"aside": {"survey": ask, "nps": {"widget": other.pk}}}),
        ("column", [{"type": "survey", "value": ask}, {"type": "text", "value": "x"}]),
        ("surveys", [{"id": "a", "type": "item", "value": ask}, {"survey": more.pk}]),
        (
            "cards",
            [{"id": "b", "type": "item", "value": {"body": [{"type": "nps", "value": recommend}]}}],
        ),
        ("surveys", [{"survey": None}, {"survey": 999_999}]),
    ]

    def queries(chosen):
        body = [{"type": kind, "value": value} for kind, value in chosen]
        article.body = field.stream_block.to_python([{"type": "text", "value": "Hello"}, *body])
        article.save_revision().publish()
        client.get("/en/an-article/")
        with CaptureQueriesContext(connection) as captured:
            html = squeeze(client.get("/en/an-article/").content)
        return len(captured), len(re.findall(r'action="/feedback/(?:surveys|nps)/\d+/"', html))

    without, _none = queries([])
    having, shown = queries([raw[n % len(raw)] for n in range(times)])
    assert having - without <= min(times, 2)
    assert shown == {1: 1, 3: 4, 10: 12}[times]


def test_a_page_that_was_served_is_forgotten_with_its_request(client, page, survey):
    client.get("/en/an-article/")
    survey.delete()
    assert type(page).objects.get().body[1].value["survey"] is None


def test_an_unpublished_or_deleted_survey_renders_nothing(client, page, survey):
    survey.unpublish()
    assert "cx-survey" not in squeeze(client.get("/en/an-article/").content)
    survey.delete()
    assert "cx-survey-" not in squeeze(client.get("/en/an-article/").content)


def test_a_closed_survey_says_so(client, page):
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    html = squeeze(client.get("/en/an-article/").content)
    assert "This survey is closed" in html
    assert '<form id="cx-survey' not in html
    Survey.objects.update(closes_at=None, opens_at="2100-01-01T00:00Z")
    assert "You can answer this survey from" in squeeze(client.get("/en/an-article/").content)


def test_labels_are_escaped(client, survey, page):
    raw = stream()
    raw[0]["value"]["label"] = "<script>alert(1)</script>"
    survey.questions = survey.questions.stream_block.to_python(raw)
    services.publish_survey(survey=survey)
    assert "<script>alert" not in squeeze(client.get("/en/an-article/").content)


def test_the_reader_sees_their_language(client, page, survey):
    spanish = survey.copy_for_translation(Locale.objects.create(language_code="es"))
    spanish.title = "Tu visita"
    services.publish_survey(survey=spanish)
    with translation.override("es"):
        html = squeeze(SurveyBlock().render({"survey": survey}, context={"page": page}))
    assert "Tu visita" in html
    assert f"/feedback/surveys/{spanish.pk}/" in html
    with translation.override("en"):
        html = squeeze(SurveyBlock().render({"survey": spanish}, context={"page": page}))
    assert "Your visit" in html


def test_a_plain_post_comes_back_to_the_thanks(client, page, survey):
    data = {
        "page": page.pk,
        "lang": "es",
        "answers.q-choice": GOOD,
        "answers.q-scale": "4",
        "answers.q-text": "Palabras",
    }
    response = client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN)
    assert response.status_code == 303
    assert response["Location"] == f"/en/an-article/#cx-survey-{survey.pk}-thanks"
    assert f'id="cx-survey-{survey.pk}-thanks"' in squeeze(client.get("/en/an-article/").content)
    stored = Response.objects.get()
    assert stored.answers == {"q-choice": GOOD, "q-scale": 4, "q-text": "Palabras"}
    assert (stored.language, stored.page_id) == ("es", page.pk)
    assert Activity.objects.get().reader == stored.reader
    assert response.cookies["cx_reader"].value == stored.reader.key.hex


def test_two_plain_posts_under_one_key_store_one_response(client, page, survey):
    data = {"page": page.pk, "answers.q-choice": GOOD, "idempotency_key": "once"}
    for _ in range(2):
        assert client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).status_code == 303
    assert Response.objects.count() == 1
    assert Activity.objects.count() == 1
    data["idempotency_key"] = "x" * 65
    html = squeeze(client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).content)
    assert "At most 64 printable ASCII characters." in html


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"answers.q-text": "My own words"}, "Please answer this question."),
        ({"answers.q-choice": "other"}, "Choose one of the options."),
        ({"answers.q-choice": GOOD, "answers.q-scale": "11"}, "from 1 to 5"),
        ({"answers.q-choice": GOOD, "answers.q-scale": "4.5"}, "from 1 to 5"),
        ({"answers.q-choice": GOOD, "answers.q-text": "x" * 10_001}, "10001 characters"),
        ({"answers.q-choice": GOOD, "answers.foreign": "x"}, "There is no such question here."),
        ({}, "Please answer this question."),
        ({"answers.q-choice": GOOD, "page": "999"}, "This page does not exist."),
    ],
)
def test_a_wrong_post_gives_the_words_back(client, survey, answers, message):
    response = client.post(f"/feedback/surveys/{survey.pk}/", answers, **OWN)
    html = squeeze(response.content)
    assert response.status_code == 400
    assert message in html
    assert 'role="alert"' in html
    for word in answers.values():
        if word in (GOOD, "My own words", "x" * 10_001):
            assert word in html
    if answers.get("answers.q-choice") == GOOD:
        assert f'value="{GOOD}" required checked' in html
    assert not Response.objects.exists()
    assert not Reader.objects.exists()


def test_words_that_came_back_are_escaped(client, survey):
    data = {"answers.q-text": "</textarea><script>alert(1)</script>"}
    html = squeeze(client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).content)
    assert "<script>alert" not in html
    assert "&lt;/textarea&gt;" in html


def test_a_survey_that_closed_meanwhile_keeps_the_text_on_the_page(client, survey):
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    data = {"answers.q-choice": GOOD, "answers.q-text": "My own words"}
    response = client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN)
    assert response.status_code == 410
    assert "My own words" in squeeze(response.content)
    assert "no longer accepts answers" in squeeze(response.content)


def test_the_form_of_a_link_is_named_by_its_survey(client, survey):
    html = squeeze(client.get(f"/feedback/surveys/{survey.pk}/ask/").content)
    assert "<title>Your visit</title>" in html
    html = squeeze(client.post(f"/feedback/surveys/{survey.pk}/", {}, **OWN).content)
    assert "– Your visit</title>" in html


def test_other_refusals_of_a_plain_post(client, survey):
    url = f"/feedback/surveys/{survey.pk}/"
    assert client.post(url, {"answers.q-choice": GOOD}, **FOREIGN).status_code == 403
    assert client.post("/feedback/surveys/987/", {}, **OWN).status_code == 404
    assert client.get(url).status_code == 405
    assert not Response.objects.exists()


def test_no_id_is_twice_where_a_survey_is_twice(client, article, survey):
    publish(article, ("survey", {"survey": survey.pk}), ("survey", {"survey": survey.pk}))
    html = squeeze(client.get(article.url).content)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert html.count("data-cx-api=") >= 2
    assert squeeze(client.get(article.url).content) == html


def sent_forms(html):
    """Return address and hidden fields of each form of a page."""
    form = r'<form id="([^"]+)-form" method="post" action="([^"]+)"(.*?)</form>'
    forms = re.findall(form, html, re.S)
    hidden = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
    return [(prefix, address, dict(hidden.findall(form))) for prefix, address, form in forms]


def test_thanks_are_at_the_form_that_was_sent(client, article, survey):
    widget = services.publish_survey(survey=NPSWidget(title="Would you?"))
    twice = [("survey", {"survey": survey.pk}), ("nps", {"widget": widget.pk})] * 2
    publish(article, *twice)
    html = squeeze(client.get(article.url).content)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    forms = sent_forms(html)
    assert len({prefix for prefix, _address, _fields in forms}) == 4
    for number, (prefix, address, fields) in enumerate(forms):
        answers = {"answers.score": "9"} if "nps" in address else {"answers.q-choice": GOOD}
        sent = {**fields, **answers, "idempotency_key": f"key-{number}"}
        wrong = squeeze(client.post(address, fields, **OWN).content)
        assert f'name="form" value="{prefix}"' in wrong  # so does the form that came back
        anchor = client.post(address, sent, **OWN)["Location"].partition("#")[2]
        assert anchor.startswith(f"{prefix}-")
        assert anchor in ids


@pytest.mark.parametrize("form", ["", "x", "cx-nps-1", "cx-survey-n2-0", "cx-survey-n2-{}#x", "\n"])
def test_another_anchor_than_the_forms_is_not_followed(client, page, survey, form):
    data = {"page": page.pk, "answers.q-choice": GOOD, "form": form.format(survey.pk)}
    response = client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN)
    assert response["Location"] == f"/en/an-article/#cx-survey-{survey.pk}-thanks"
