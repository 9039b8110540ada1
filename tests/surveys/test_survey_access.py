"""A survey is read and answered where this site shows it, or by its address if editors say so."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from wagtail.models import Locale, Page, PageViewRestriction

from cx_feedback.core.rooms.titles import get_offered_answers
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.responses import form_keys, survey_access
from cx_feedback.surveys.selectors import get_live_survey
from tests.conftest import OWN
from tests.pages import publish
from tests.surveys.conftest import GOOD, stream

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["surveys", "nps"])
def asked(request, locales):
    """A published survey, or NPS widget, as it is made: not open by its address."""
    if request.param == "surveys":
        return services.publish_survey(survey=Survey(title="Your visit", questions=stream()))
    return services.publish_survey(survey=NPSWidget(title="Would you?"))


def block_of(asked):
    is_nps = asked.kind == Survey.NPS
    return ("nps", {"widget": asked.pk}) if is_nps else ("survey", {"survey": asked.pk})


def address(asked, end=""):
    return f"/feedback/api/v1/{'nps' if asked.kind == Survey.NPS else 'surveys'}/{asked.pk}/{end}"


def answers(asked):
    return {"score": 9} if asked.kind == Survey.NPS else {"q-choice": GOOD}


def plain(asked, **more):
    where = f"/feedback/{'nps' if asked.kind == Survey.NPS else 'surveys'}/{asked.pk}/"
    given = {f"answers.{key}": str(value) for key, value in answers(asked).items()}
    return Client().post(where, {**given, **more, "lang": "en"}, **OWN)


def post(asked, end="responses/", **more):
    body = json.dumps({**more, "answers": answers(asked)})
    return Client().post(address(asked, end), body, content_type="application/json", **OWN)


def ways_in(asked, **where):
    """Return the statuses of every way to read or answer a survey."""
    return {
        Client().get(address(asked), where).status_code,
        post(asked, **where).status_code,
        post(asked, "starts/", **where).status_code,
        plain(asked, **where).status_code,
        Client().get(re.sub("api/v1/", "", address(asked, "ask/")), where).status_code,
    }


def test_on_no_page_it_is_neither_read_nor_answered(asked, article):
    assert ways_in(asked) == {404}
    assert ways_in(asked, page=article.pk) == {404}
    assert ways_in(asked, page=10**8) == {404}
    assert ways_in(asked, key="forged") == {404}
    listed = Client().get("/feedback/api/v1/surveys/").json()
    assert listed == []
    assert not Response.objects.exists()


def test_open_by_its_address_it_is(asked, article):
    asked.open_by_address = True
    services.publish_survey(survey=asked)
    assert ways_in(asked) == {200, 201, 204, 303}
    listed = Client().get("/feedback/api/v1/surveys/").json()
    assert [one["id"] for one in listed] == ([asked.pk] if asked.kind == Survey.SURVEY else [])
    asked.open_by_address = False
    services.publish_survey(survey=asked)
    assert ways_in(asked) == {404}


def test_the_page_that_shows_it_decides(asked, article):
    publish(article, block_of(asked))
    assert ways_in(asked, page=article.pk) == {200, 201, 204, 303}
    assert ways_in(asked) == {404}
    publish(article)
    assert ways_in(asked, page=article.pk) == {404}


@pytest.mark.parametrize("how", ["restricted", "unpublished"])
def test_on_a_page_that_is_hidden_nobody_reads_or_answers_it(asked, article, how):
    publish(article, block_of(asked))
    assert ways_in(asked, page=article.pk) == {200, 201, 204, 303}
    if how == "restricted":
        PageViewRestriction.objects.create(page=article, restriction_type="login")
    else:
        article.unpublish()
    assert ways_in(asked, page=article.pk) == {404}


def test_who_may_see_the_page_may_answer(asked, article, django_user_model):
    publish(article, block_of(asked))
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    member = Client()
    member.force_login(django_user_model.objects.create_user("eva"))
    body = json.dumps({"page": article.pk, "answers": answers(asked)})
    made = member.post(address(asked, "responses/"), body, content_type="application/json", **OWN)
    assert made.status_code == 201


def test_once_looked_up_a_page_costs_no_query(asked, article, django_assert_num_queries):
    publish(article, block_of(asked))
    request = RequestFactory().get("/")
    live = get_live_survey(survey_id=asked.pk, kind=asked.kind)
    survey_access.require_access(live, page_id=article.pk, key="", request=request)
    with django_assert_num_queries(0):
        survey_access.require_access(live, page_id=article.pk, key="", request=request)


def test_the_form_of_a_page_brings_its_key_wherever_its_survey_was_found(asked, article):
    name = "cx_nps" if asked.kind == Survey.NPS else "cx_survey"
    room = "nps" if asked.kind == Survey.NPS else "surveys"
    tag = Template(f"{{% load cx_feedback_{room} %}}{{% {name} asked %}}")
    html = tag.render(Context({"page": article, "asked": asked}))
    assert html == tag.render(Context({"page": article, "asked": asked}))  # any cache may keep it
    key = re.search(r'name="key" value="([^"]+)"', html)[1]
    assert ways_in(asked, page=article.pk, key=key) == {200, 201, 204, 303}
    assert ways_in(asked, key=key) == {404}
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    assert post(asked, page=article.pk, key=key).status_code == 400
    before = Response.objects.count()
    assert plain(asked, page=article.pk, key=key).status_code == 400
    assert Response.objects.count() == before


def test_a_translation_is_answered_where_its_original_is_chosen(article, locales):
    spanish = Locale.objects.create(language_code="es")
    survey = services.publish_survey(survey=Survey(title="Your visit", questions=stream()))
    translated = survey.copy_for_translation(spanish)
    translated = services.publish_survey(survey=translated)
    publish(article, block_of(survey))
    assert post(translated, page=article.pk).status_code == 201


def test_links_in_mails_go_on_working(asked, article):
    offers = [o for o in get_offered_answers() if o.url and f"/{asked.pk}/ask/" in o.url]
    assert offers
    url = offers[-1].url
    form = Client().get(url).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    assert key == parse_qs(urlsplit(url).query)["key"][0]
    assert plain(asked, key=key).status_code == 303
    [response] = Response.objects.all()
    assert (response.survey_id, response.page_id) == (asked.pk, None)
    assert Client().get(url.partition("?")[0]).status_code == 404
    publish(article, block_of(asked))
    by_page = Client().get(url.partition("?")[0], {"page": article.pk})
    assert by_page.status_code == 200


def test_a_widget_that_appears_on_its_own_is_answered_there(article, home, locales):
    section = home.add_child(instance=Page(title="Section", slug="section"))
    widget = NPSWidget(title="Would you?", shown_without_block=True, sections=[section.pk])
    widget = services.publish_survey(survey=widget)
    inside = section.add_child(instance=type(article)(title="Inside", slug="inside"))
    assert post(widget, page=inside.pk).status_code == 201
    assert post(widget, page=article.pk).status_code == 404


def test_editors_find_the_switch(admin_client, asked):
    room = "nps" if asked.kind == Survey.NPS else "surveys"
    html = admin_client.get(f"/admin/cx-feedback/{room}/edit/{asked.pk}/").content.decode()
    assert 'name="open_by_address"' in html
    assert "Anyone who knows its address" in html


@pytest.mark.parametrize("how", ["unpublish", "delete"])
def test_what_stood_on_protected_pages_alone_is_not_known_when_it_is_gone(
    asked, article, django_user_model, how
):
    publish(article, block_of(asked))
    key = form_keys.sign_form_key(asked.pk, article.pk)
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    member = Client()
    member.force_login(django_user_model.objects.create_user("eva"))
    pk = asked.pk
    getattr(asked, how)()
    asked.pk = pk
    for where in ({}, {"page": article.pk}, {"page": article.pk, "key": key}, {"key": "forged"}):
        assert ways_in(asked, **where) == {404}, where
    page = plain(asked, page=article.pk, key=key).content.decode()
    assert "How was it?" not in page
    assert member.get(address(asked), {"page": article.pk}).status_code == 410


@pytest.mark.parametrize("how", ["unpublish", "delete"])
def test_what_stood_on_a_public_page_is_gone(asked, article, how):
    publish(article, block_of(asked))
    on_page, in_mail = (
        form_keys.sign_form_key(asked.pk, article.pk),
        form_keys.sign_form_key(asked.pk),
    )
    pk = asked.pk
    getattr(asked, how)()
    asked.pk = pk
    for where in ({"page": article.pk}, {"page": article.pk, "key": on_page}, {"key": in_mail}):
        assert ways_in(asked, **where) == {410}, where
    assert ways_in(asked) == ways_in(asked, key=on_page) == {404}
    article.unpublish()
    assert ways_in(asked, page=article.pk, key=on_page) == {410}
    assert ways_in(asked, page=article.pk) == {404}
