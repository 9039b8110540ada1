"""Where a widget appears on its own, what each class is told, and the address that it keeps."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone, translation
from wagtail.models import Locale, Page

from cx_feedback.nps import services
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.nps.results.reasons import get_reasons
from cx_feedback.readers import services as readers
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
TAGS = "cx_feedback.surveys.placement.page_matching._get_tags"
TAG = Template("{% load cx_feedback_nps %}{% cx_nps %}")


def make(title="Everywhere", **fields):
    return surveys.publish_survey(survey=NPSWidget(title=title, shown_without_block=True, **fields))


def shown(page, language="en"):
    """Return the widget that the tag shows on a page, None for none."""
    page = page.specific_class.objects.get(pk=page.pk)  # as a new request finds it
    with translation.override(language):
        html = TAG.render(Context({"page": page}))
    return NPSWidget.objects.get(pk=html.split('id="cx-nps-')[1].split('"')[0]) if html else None


@pytest.fixture
def section(home):
    section = home.add_child(instance=Page(title="News", slug="news"))
    section.add_child(instance=ArticlePage(title="In the news", slug="in"))
    return Page.objects.get(pk=section.pk)


def test_the_tag_costs_nothing_where_nothing_appears(article, django_assert_num_queries):
    assert shown(article) is None
    with django_assert_num_queries(0):
        assert TAG.render(Context({"page": article})) == ""


def test_a_widget_appears_on_every_page_until_it_is_unpublished(
    article, django_assert_max_num_queries
):
    widget = make()
    page = ArticlePage.objects.get(pk=article.pk)
    with django_assert_max_num_queries(1):
        html = TAG.render(Context({"page": page}))
    assert f'id="cx-nps-{widget.pk}"' in html
    assert f'name="page" value="{article.pk}"' in html
    assert TAG.render(Context({"page": page})) == "", "once on a page"
    assert TAG.render(Context({})) == ""
    assert shown(article) == widget
    widget.unpublish()
    assert shown(article) is None


def test_sections(article, section):
    widget = make(sections=[section.pk])
    inside = section.get_children().get()
    assert shown(inside) == widget
    assert shown(section.specific) == widget
    assert shown(article) is None


def test_a_section_counts_in_all_its_languages(section):
    spanish = Locale.objects.create(language_code="es")
    home = section.get_parent().copy_for_translation(spanish)
    copy = section.copy_for_translation(spanish)
    assert copy.get_parent() == home
    assert make(sections=[section.pk]).definition().extra["sections"] == (section.pk, copy.pk)


def test_languages_and_translations(article):
    widget = make(languages=["es"])
    assert shown(article) is None
    assert shown(article, "es") == widget
    widget.languages = []
    surveys.publish_survey(survey=widget)
    copy = widget.copy_for_translation(Locale.objects.create(language_code="es"))
    copy = surveys.publish_survey(survey=copy)
    assert (shown(article), shown(article, "es")) == (widget, copy)


def test_tags(article, monkeypatch, django_assert_max_num_queries):
    widget = make(tags="Loyalty, returns")
    monkeypatch.setattr(TAGS, lambda page: {"returns"})
    assert shown(article) == widget
    monkeypatch.setattr(TAGS, lambda page: {"other"})
    assert shown(article) is None


def test_start_and_end(article):
    now, day = timezone.now(), timezone.timedelta(days=1)
    widget = make(opens_at=now + day)
    assert shown(article) is None
    widget.opens_at, widget.closes_at = now - day, now + day
    surveys.publish_survey(survey=widget)
    assert shown(article) == widget
    widget.closes_at = now
    surveys.publish_survey(survey=widget)
    assert shown(article) is None


def test_the_first_that_matches_appears_and_none_beside_a_block(article, section):
    make("News only", sections=[section.pk])
    general = make("General")
    assert shown(article) == general
    article.body = json.dumps([{"type": "nps", "value": {"widget": general.pk}}])
    article.save_revision().publish()
    page = ArticlePage.objects.get(pk=article.pk)
    body = Template("{% load wagtailcore_tags %}{% include_block page.body %}")
    both = body.render(Context({"page": page})) + TAG.render(Context({"page": page}))
    assert both.count("<form") == 1


def test_what_the_script_decides_by(article):
    def asked(**fields):
        widget = make(**fields)
        html = TAG.render(Context({"page": ArticlePage.objects.get(pk=article.pk)}))
        widget.delete()
        value = html.split('data-cx-ask="')[1].split('"')[0].replace("&quot;", '"')
        return {k: v for k, v in json.loads(value).items() if k != "key"}

    rest = {"answered": 90, "later": 7, "closed": 30, "others": 1}
    assert asked() == {"share": 100, "rest": rest, "one": True}
    assert asked(placement="seconds", seconds=5)["wait"] == 5000
    assert asked(placement="scrolled", scroll_percent=40)["scrolled"] == 0.4
    assert asked(placement="end", sample_percent="0.01") == {
        "share": 0.01,
        "rest": rest,
        "scrolled": 1,
        "at_end": True,
    }


@pytest.mark.parametrize(
    ("field", "value"), [("sample_percent", 0), ("sample_percent", 101), ("rest_later", 0)]
)
def test_what_cannot_be_is_refused(field, value):
    widget = NPSWidget(title="x", locale=Locale.get_default(), **{field: value})
    with pytest.raises(ValidationError) as refused:
        widget.full_clean()
    assert list(refused.value.message_dict) == [field]
    NPSWidget(title="x", locale=Locale.get_default(), sample_percent="0.01").full_clean()


def test_a_next_step_leads_to_the_page_in_the_reader_s_language(client, article):
    widget = make(promoter_next="page", next_page=article)
    url = f"/feedback/nps/{widget.pk}/next/"
    assert client.get(url)["Location"] == "/en/an-article/"
    html = TAG.render(Context({"page": article}))
    assert re.search(rf'href="{url}\?lang=en"\s*>An article</a>', html)
    article.unpublish()
    assert client.get(url).status_code == 404
    assert client.get("/feedback/nps/999/next/").status_code == 404


def test_a_next_step_without_a_page_is_refused():
    widget = NPSWidget(title="x", locale=Locale.get_default(), passive_next="page")
    with pytest.raises(ValidationError) as refused:
        widget.full_clean()
    assert list(refused.value.message_dict) == ["next_page"]


def test_an_address_is_kept_exported_and_erased_with_its_words():
    widget = make()
    how = {"widget_id": widget.pk, "score": 2}
    services.submit_score(**how, reason="Slow", email="Ana@Example.org")
    services.submit_score(**how, reason="Late", email="eva@example.org")
    (exported,) = export_person(email="ana@example.org")["responses"]
    assert {"Slow", "Ana@example.org"} <= {row["answer"] for row in exported["answers"]}
    assert readers.erase_person(email="ana@example.org")["responses"] == 1
    first, second = Response.objects.order_by("pk")
    assert first.answers == {"score": 2, "reason": None, "email": None}
    assert second.answers["reason"] == "Late"
    assert build_dashboard(widget=widget).n == 2


def test_class_words_do_not_change_the_keys(article):
    widget = make(promoter_question="What do you love?")
    reason = widget.definition().questions[1]
    assert (reason.key, reason.options["labels"]["promoter"]) == ("reason", "What do you love?")
    services.submit_score(widget_id=widget.pk, score=10, reason="You")
    widget.promoter_question = "And now?"
    surveys.publish_survey(survey=widget)
    services.submit_score(widget_id=widget.pk, score=10, reason="Me")
    assert [r.words for r in get_reasons(family=[widget.pk])] == ["Me", "You"]
