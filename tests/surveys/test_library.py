"""The library: each template in each language becomes a survey that takes an answer."""

import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import RequestFactory
from django.utils.translation import override
from wagtail.models import Locale, ModelLogEntry

from cx_feedback.surveys import library, questions, selectors, services
from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion
from cx_feedback.surveys.library.survey_drafts import build_survey, create_draft
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Question
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"
GUIDE = Path(__file__).parents[2] / "docs/extending/adding-a-survey-template.md"
NAMED_BY_THE_ISSUE = {
    *("loyalty_question", "loyalty_process", "last_customer", "nps_with_reason", "csat", "ces"),
    *("emotional_value", "promise_on_time", "useful_article", "reader_profile", "why_stopped"),
}
LANGUAGES = ("en", "es")
EACH = pytest.mark.parametrize(
    ("language", "name"),
    [(language, name) for language in LANGUAGES for name in library.BUILT_IN],
)


@pytest.fixture
def spanish(db):
    Locale.objects.get_or_create(language_code="en")
    return Locale.objects.get_or_create(language_code="es")[0]


def an_answer(question: Question) -> Any:
    """Return some answer that ``question`` takes."""
    options = question.options
    keys = [choice["key"] for choice in options.get("choices", ())]
    if question.type in ("choice", "dropdown"):
        return keys[0]
    if question.type == "choices":
        return keys[:2]
    if question.type == "ranking":
        return keys[::-1]
    if question.type == "emotion":
        return options["emotions"][0]["key"]
    if question.type in ("text", "short_text"):
        return "Words"
    return options["high"]


def test_the_library_has_what_was_promised():
    names = list(library.all_templates())
    assert set(names) >= NAMED_BY_THE_ISSUE
    assert len(names) >= 12
    assert names == list(library.BUILT_IN)


@EACH
def test_each_template_publishes_renders_and_takes_an_answer(client, spanish, language, name):
    locale = Locale.objects.get(language_code=language)
    survey = create_draft(template=library.get_template(name), locale=locale)
    assert not survey.live
    assert survey.locale == locale
    survey.open_by_address = True
    survey = services.publish_survey(survey=survey)
    live = selectors.get_live_survey(survey_id=survey.pk)
    asked = live.definition.questions
    assert [q.type for q in asked] == [ask.type for ask in library.get_template(name).questions]
    with override(language):
        html = survey.make_preview_request(RequestFactory().get("/"), "").rendered_content
    for question in asked:
        assert question.label in _words(html)
    answers = {q.key: an_answer(q) for q in asked if questions.get(q.type).asks}
    url = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    response = client.post(url, {"answers": answers}, content_type="application/json", **OWN)
    assert response.status_code == 201, response.content
    assert Response.objects.get().answers == answers


def _words(html: str) -> str:
    return html.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


@EACH
def test_each_template_is_written_in_its_language(spanish, language, name):
    """No word of a template is left in English, and none stands in Spanish by mistake."""
    template = library.get_template(name)
    survey = build_survey(template, Locale.objects.get(language_code=language))
    words = [template.title, template.purpose, template.when]
    words += [word for word in (template.intro, template.thanks) if word]
    for ask in template.questions:
        words += [ask.label, *([ask.help] if ask.help else []), *ask.options.get("choices", ())]
    with override("en"):
        english = [str(word) for word in words]
    with override("es"):
        translated = [str(word) for word in words]
    assert set(english) & set(translated) <= {"No"}
    assert survey.title == (english if language == "en" else translated)[0]
    assert survey.title.isprintable()


def test_two_drafts_of_a_template_share_no_keys(spanish):
    template = library.get_template("reader_profile")
    first, second = (build_survey(template, spanish) for _ in range(2))

    def keys(survey):
        return {q.key for q in survey.definition().questions}

    assert keys(first)
    assert not keys(first) & keys(second)


def test_the_gallery_shows_and_begins(admin_client, spanish):
    html = admin_client.get(LIST).content.decode()
    assert f"{LIST}library/" in html
    html = admin_client.get(f"{LIST}library/").content.decode()
    assert html.count('<li class="cx-card"') == len(library.BUILT_IN) + 1
    assert "When to use it:" in html
    assert "Preview of 2 questions" in html
    assert f'href="{LIST}add/?locale=en"' in html
    preview = admin_client.get(f"{LIST}library/csat/?locale=es")
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "¿Qué podríamos haber hecho mejor?" in preview.content.decode()
    response = admin_client.post(f"{LIST}library/csat/use/?locale=es")
    survey = Survey.objects.get()
    assert response["Location"] == f"{LIST}edit/{survey.pk}/"
    assert survey.locale == spanish
    assert survey.title == "¿Cuál es tu grado de satisfacción?"
    html = admin_client.get(response["Location"]).content.decode()
    assert "haber hecho mejor?" in html
    assert ModelLogEntry.objects.for_instance(survey).get(action="wagtail.create").user
    for method, url in (("get", "library/none/"), ("post", "library/none/use/")):
        assert getattr(admin_client, method)(f"{LIST}{url}", follow=True).status_code == 404
    assert admin_client.get(f"{LIST}library/csat/use/").status_code == 405


def test_the_gallery_speaks_the_editors_language(admin_client, spanish):
    html = admin_client.get(f"{LIST}library/", headers={"accept-language": "es"}).content.decode()
    assert "¿Qué te haría volver?" in html
    assert "Cuándo usarla:" in html
    admin_client.post(f"{LIST}library/csat/use/", headers={"accept-language": "es"})
    assert Survey.objects.get().locale == spanish


def test_a_site_without_the_editors_language_gets_its_own(admin_client):
    Locale.objects.get_or_create(language_code="en")
    admin_client.post(f"{LIST}library/csat/use/", headers={"accept-language": "es"})
    survey = Survey.objects.get()
    assert survey.locale.language_code == "en"
    assert survey.title == "How satisfied are you?"


@pytest.fixture
def own(settings, monkeypatch):
    """A module of a site with the template of the guide."""
    module = types.ModuleType("own_templates")
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)[1]
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, "own_templates", module)
    settings.CX_FEEDBACK = {"SURVEY_TEMPLATES": ["own_templates.delivery"]}
    return module


def problems():
    return [str(message.msg) for message in run_checks(tags=["cx_feedback"])]


def test_a_template_of_a_site(own, admin_client):
    assert problems() == []
    assert list(library.all_templates())[-1] == "magazine_delivery"
    assert "Did the printed issue arrive?" in admin_client.get(f"{LIST}library/").content.decode()
    admin_client.post(f"{LIST}library/magazine_delivery/use/")
    survey = services.publish_survey(survey=Survey.objects.get())
    assert [q.type for q in survey.definition().questions] == ["choice", "text"]


def test_a_site_replaces_one_of_ours(own):
    own.delivery = SurveyTemplate("csat", "Ours", "p", "w", (TemplateQuestion("text", "Why?"),))
    assert library.get_template("csat").title == "Ours"
    assert len(library.all_templates()) == len(library.BUILT_IN)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("a text", "is no SurveyTemplate"),
        (
            SurveyTemplate("a/b", "T", "p", "w", (TemplateQuestion("text", "Q"),)),
            "more than letters",
        ),
        (
            SurveyTemplate(7, "T", "p", "w", (TemplateQuestion("text", "Q"),)),
            "its name 7 has more than letters",
        ),
        (
            SurveyTemplate("a", "T", "p", "w", (TemplateQuestion("guess", "Q"),)),
            "no question type 'guess'",
        ),
        (
            SurveyTemplate("a", "T", "p", "w", (TemplateQuestion("text", "Q", options={"x": 1}),)),
            "type 'text' has no field x",
        ),
    ],
)
def test_a_wrong_template_is_named_by_the_check(own, template, words):
    own.delivery = template
    [problem] = problems()
    assert "own_templates.delivery" in problem
    assert words in problem


def test_a_wrong_path_is_named_by_the_check(settings):
    for path in ("nowhere.at_all", "plain", 7):
        settings.CX_FEEDBACK = {"SURVEY_TEMPLATES": [path]}
        assert any("SURVEY_TEMPLATES" in problem for problem in problems())
