"""Surveys that appear without a block, together with NPS widgets: one at a time."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation
from wagtail.models import Locale, Page

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.placement import page_matching
from cx_feedback.surveys.responses.survey_access import is_shown_on
from tests.pages import publish
from tests.site.models import ArticlePage
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db
TAG = Template("{% load cx_feedback_surveys %}{% cx_placed_surveys %}")
BODY = Template("{% load wagtailcore_tags %}{% include_block page.body %}")


def make(title="Everywhere", model=Survey, **fields):
    asked = {"questions": [raw("scale")]} if model is Survey else {}
    values = {"shown_without_block": True, **asked, **fields}
    return services.publish_survey(survey=model(title=title, **values))


def render(page, template=TAG, language="en"):
    page = page if isinstance(page, ArticlePage) and hasattr(page, "fresh") else fresh(page)
    with translation.override(language):
        return template.render(Context({"page": page}))


def fresh(page):
    """Return the page as a new request finds it."""
    found = page.specific_class.objects.get(pk=page.pk)
    found.fresh = True
    return found


def shown(page, **how):
    """Return the ids of the surveys in a page's HTML, and of those that wait hidden."""
    sections = re.split(r"<section\s", render(page, **how))[1:]
    ids = [(int(s.split('id="cx-')[1].split('"')[0].split("-")[-1]), s) for s in sections]
    return [pk for pk, _s in ids], [pk for pk, s in ids if "hidden" in s.partition(">")[0].split()]


def test_a_survey_appears_only_by_a_block_unless_it_is_said(article):
    survey = make(shown_without_block=False)
    assert shown(article) == ([], [])
    assert survey.definition().extra == {}, "nothing is stored for surveys in blocks"
    publish(article, ("survey", {"survey": survey.pk}))
    html = render(article, BODY)
    assert "data-cx-ask" not in html
    assert "slide_in" not in html, "nothing of it is loaded"


def test_it_appears_on_every_page_until_it_is_unpublished(article):
    survey = make(placement="end")
    html = render(article)
    assert f'id="cx-survey-{survey.pk}"' in html
    assert f'name="page" value="{article.pk}"' in html
    assert html == render(article), "the same for every reader"
    survey.unpublish()
    assert render(article) == ""


def test_all_placements_cost_one_query(article, django_assert_num_queries):
    for number in range(3):
        make(f"Survey {number}", placement="seconds")
        make(f"Widget {number}", NPSWidget, placement="seconds")
    page = fresh(article)
    page_matching.clear_placements()
    with django_assert_num_queries(1):
        assert len(page_matching.get_due_surveys(page, "en")) == page_matching.MOST_CANDIDATES
    with django_assert_num_queries(0):
        assert render(page)


def test_surveys_and_widgets_take_turns(article):
    """The first is in the page for all; the others wait for the script, what slides in first."""
    inline = make("In the text")
    widget = make("Widget", NPSWidget, placement="end")
    survey = make("Survey", placement="scrolled", scroll_percent=40)
    assert shown(article) == ([widget.pk, survey.pk, inline.pk], [survey.pk, inline.pk])
    asked = [
        json.loads(part.split('"')[0].replace("&quot;", '"'))
        for part in render(article).split('data-cx-ask="')[1:]
    ]
    own = [set(a) - {"key", "share", "rest"} for a in asked]
    assert own == [
        {"scrolled", "at_end"},
        {"scrolled"},
        {"one"},
    ]
    assert len({a["key"] for a in asked}) == 3


def test_no_other_appears_beside_one_that_asks_by_itself(article):
    first, second = make("First", placement="end"), make("Second", placement="end")
    publish(article, ("survey", {"survey": first.pk}))
    page = fresh(article)
    both = render(page, BODY) + render(page)
    assert both.count("<section") == 1
    assert 'data-cx-ask="{' in both
    # A survey in the text asks nobody by itself, so another may slide in, but never itself.
    first.placement = "inline"
    services.publish_survey(survey=first)
    page = fresh(article)
    assert "data-cx-ask" not in render(page, BODY)
    assert shown(page)[0] == [second.pk]


def test_sections_tags_languages_and_translations(article, home):
    section = home.add_child(instance=Page(title="News", slug="news"))
    inside = section.add_child(instance=ArticlePage(title="In the news", slug="in"))
    survey = make(sections=[section.pk], languages=["en", "es"])
    assert (shown(article)[0], shown(inside)[0]) == ([], [survey.pk])
    assert shown(inside, language="fr")[0] == []
    copy = survey.copy_for_translation(Locale.objects.create(language_code="es"))
    copy = services.publish_survey(survey=copy)
    assert (shown(inside)[0], shown(inside, language="es")[0]) == ([survey.pk], [copy.pk])


def test_a_program_may_answer_it_on_its_pages_alone(article, home, client):
    section = home.add_child(instance=Page(title="News", slug="news"))
    inside = section.add_child(instance=ArticlePage(title="In the news", slug="in"))
    survey = make(sections=[section.pk])
    live = selectors.get_live_survey(survey_id=survey.pk)
    assert (is_shown_on(inside.pk, live), is_shown_on(article.pk, live)) == (True, False)
    url = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    for page, status in ((inside, 201), (article, 404)):
        body = {"page": page.pk, "answers": {"q-scale": 3}}
        assert client.post(url, body, content_type="application/json").status_code == status


def test_a_survey_of_a_room_that_is_gone_is_left_out(article, monkeypatch):
    make("Widget", NPSWidget)
    monkeypatch.delitem(page_matching_kinds(), "nps")
    assert render(article) == ""


def page_matching_kinds():
    from cx_feedback.surveys.placement import kinds

    return kinds._kinds


@pytest.mark.parametrize(
    ("field", "value"), [("sample_percent", 0), ("rest_later", 0), ("seconds", 3601)]
)
def test_what_cannot_be_is_refused(field, value):
    survey = Survey(title="x", locale=Locale.get_default(), **{field: value})
    with pytest.raises(ValidationError) as refused:
        survey.full_clean()
    assert list(refused.value.message_dict) == [field]


def test_a_placement_is_no_change_of_meaning(article):
    survey = make(shown_without_block=False)
    live = selectors.get_live_survey(survey_id=survey.pk)
    services.submit_response(survey_id=survey.pk, answers={"q-scale": 3})
    survey.placement = "end"
    services.publish_survey(survey=survey)
    now = selectors.get_live_survey(survey_id=survey.pk)
    assert now.version_id != live.version_id
    assert [q.key for q in now.definition.questions] == [q.key for q in live.definition.questions]


def test_the_preview_shows_it_as_it_slides_in(rf):
    survey = Survey(title="x", questions=[raw("scale")], placement="end")
    assert [name for name, _label in survey.preview_modes] == ["", "slid"]
    assert [name for name, _label in Survey(title="x").preview_modes] == [""]
    in_text, slid = (
        survey.make_preview_request(preview_mode=mode).render().content.decode()
        for mode in ("", "slid")
    )
    assert ("cx-slide" in in_text, "cx-slide" in slid) == (False, True)
