"""Figures of readers who did not finish, beside those of the responses and never among them."""

import datetime
import json
import uuid
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.nps import services as nps_services
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.editing.readers_answering import count_readers_answering
from cx_feedback.surveys.models import PartialResponse, Response
from cx_feedback.surveys.partials.selectors import get_unfinished, list_stops
from cx_feedback.surveys.partials.services import save_partial, sweep_partials
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.selectors import get_family_and_definition
from tests.pages import squeeze
from tests.surveys.conftest import GOOD
from tests.surveys.flow.conftest import YES

pytestmark = pytest.mark.django_db
ANSWERS = {"reads": YES, "stars": 4}
RESULTS = "wagtailsnippets_cx_feedback_surveys_survey:results"


def age(hours=3, **which):
    at = timezone.now() - datetime.timedelta(hours=hours)
    PartialResponse.objects.filter(sent=False, **which).update(updated_at=at)


@pytest.fixture
def stopped(kept, leave):
    """Six stopped on the first page, one on the second, one is in the middle, ten sent it."""
    for number in range(6):
        leave(answers={"reads": YES, "stars": 5 if number else 2, "why": None})
    leave("name", answers={**ANSWERS, "name": "Ñandú"})
    age()
    leave()
    for _ in range(10):
        services.insert_start(live=selectors.get_live_survey(survey_id=kept.pk))
        services.submit_response(survey_id=kept.pk, answers=ANSWERS)
    for _ in range(8):
        services.insert_start(live=selectors.get_live_survey(survey_id=kept.pk))
    return kept


def page(client, survey, name="results", **query):
    return client.get(reverse(RESULTS.replace(":results", f":{name}"), args=[survey.pk]), query)


def test_they_are_counted_by_where_they_stopped(stopped):
    found = get_unfinished(survey_ids=[stopped.pk])
    assert (found.n_stopped, found.in_progress, found.kept, found.n) == (7, 1, 7, 8)
    _family, definition = get_family_and_definition(stopped)
    stops = [(stop.page, stop.label, stop.n) for stop in list_stops(definition, found)]
    assert stops == [(1, "Page 1: How good are we?", 6), (2, "Page 2: Your name", 1)]


def test_what_was_deleted_stays_counted(stopped):
    age(hours=24 * 31)
    sweep_partials()
    found = get_unfinished(survey_ids=[stopped.pk])
    assert (found.n_stopped, found.in_progress, found.kept) == (8, 0, 0)


def test_a_question_that_is_gone_comes_last(stopped):
    raw = [block for block in stopped.questions.raw_data if block["id"] not in ("stars", "why")]
    kept = [dict(block) for block in raw if block["type"] not in ("ending",)]
    stopped.questions = stopped.questions.stream_block.to_python(kept)
    services.publish_survey(survey=stopped)
    _family, definition = get_family_and_definition(type(stopped).objects.get(pk=stopped.pk))
    stops = list_stops(definition, get_unfinished(survey_ids=[stopped.pk]))
    assert [(stop.page, stop.label) for stop in stops] == [
        (2, "Page 2: Your name"), (0, "How good are we?")
    ]  # fmt: skip


def test_the_overview_says_them_and_counts_them_nowhere(stopped, admin_client):
    html = squeeze(page(admin_client, stopped).content)
    assert "<strong>7</strong> stopped before the end" in html
    assert "1 more in the middle; not among the responses" in html
    assert "<strong>10</strong> responses" in html
    assert "of 18 who began" in html


def test_completion_counts_those_who_left_pages_without_a_start(stopped, leave, admin_client):
    for _ in range(7):
        leave()
    assert "of 25 who began" in page(admin_client, stopped).content.decode()


def test_answers_are_shown_on_request_and_without_texts(stopped, admin_client):
    plain = page(admin_client, stopped, "results_partials").content.decode()
    assert "Page 1: How good are we?" in plain
    assert "Do you read us?" not in plain
    html = page(admin_client, stopped, "results_partials", answers="").content.decode()
    assert "Answers of those who stopped (n = 7)" in html
    assert "Do you read us?" in html
    assert "Ñandú" not in html


def test_answers_of_few_readers_are_not_shown(kept, leave, admin_client):
    for _ in range(4):
        leave()
    age()
    html = page(admin_client, kept, "results_partials", answers="").content.decode()
    assert "Answers are shown from 5 readers on" in html
    assert "Do you read us?" not in html
    leave()
    age()
    html = page(admin_client, kept, "results_partials", answers="").content.decode()
    assert "Do you read us?" in html


def test_a_survey_that_keeps_none_says_that_it_knows_nothing(survey, admin_client):
    services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})
    html = page(admin_client, survey, "results_partials").content.decode()
    assert "it isn't known where they stop" in unescape(html)
    assert "Nobody has stopped" not in html


def test_a_survey_without_any_says_so(kept, admin_client):
    assert (
        "Nobody has stopped so far" in page(admin_client, kept, "results_partials").content.decode()
    )


def test_without_the_setting_there_is_no_tab_and_no_query(kept, admin_client, settings):
    services.submit_response(survey_id=kept.pk, answers=ANSWERS)
    fold_responses()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 0}
    with CaptureQueriesContext(connection) as captured:
        html = page(admin_client, kept).content.decode()
    assert "Not finished" not in html
    assert not [q for q in captured if "partialresponse" in q["sql"]]


def test_the_overview_costs_one_query_more(stopped, admin_client, leave):
    page(admin_client, stopped)
    with CaptureQueriesContext(connection) as few:
        page(admin_client, stopped)
    for _ in range(20):
        leave()
    with CaptureQueriesContext(connection) as many:
        page(admin_client, stopped)
    assert len([q for q in few if "partialresponse" in q["sql"]]) == 1
    assert len(many) == len(few)


def test_rest_says_what_the_page_says(stopped, admin_client):
    found = admin_client.get(f"/feedback/api/v1/surveys/{stopped.pk}/results/").json()
    assert found["unfinished"] == {
        "stopped": 7, "in_progress": 1, "by_question": {"stars": 6, "name": 1}
    }  # fmt: skip
    assert found["n"] == 10


@pytest.fixture
def widget(db):
    return services.publish_survey(
        survey=NPSWidget(title="Below", open_by_address=True, keeps_partials=True)
    )


def pick(widget, *scores):
    for score in scores:
        answers, key = {"score": score}, uuid.uuid4()
        save_partial(
            survey_id=widget.pk, kind="nps", key=key, sequence=1, answers=answers, upto="score"
        )
    age()


def test_scores_that_were_never_sent_stand_beside_the_score(widget, admin_client):
    for score in (10, 10, 9, 9, 10, 8):
        nps_services.submit_score(widget_id=widget.pk, score=score)
    pick(widget, *[0] * 6)
    found = build_dashboard(widget=widget)
    assert (found.n, round(found.score.value)) == (6, 83)
    assert (found.unsent.n, found.unsent.together.n) == (6, 12)
    assert round(found.unsent.together.value) == -8
    url = reverse("wagtailsnippets_cx_feedback_nps_npswidget:results", args=[widget.pk])
    html = squeeze(admin_client.get(url).content)
    assert "<strong>6</strong> chose a score and never sent it" in html
    assert "with theirs the score would be -8 (n = 12)" in html
    rest = admin_client.get(f"/feedback/api/v1/nps/{widget.pk}/results/").json()["unsent"]
    assert (rest["n"], rest["score_with_them"]["n"]) == (6, 12)
    json.dumps(rest)
    assert not Response.objects.filter(answers__score=0).exists()


def test_of_few_scores_that_were_never_sent_only_their_number_is_shown(widget, admin_client):
    for _ in range(6):
        nps_services.submit_score(widget_id=widget.pk, score=9)
    pick(widget, 0, 0, 0, 0)
    assert not build_dashboard(widget=widget).unsent.shown
    rest = admin_client.get(f"/feedback/api/v1/nps/{widget.pk}/results/").json()["unsent"]
    assert rest == {"n": 4, "score_with_them": None}


def test_their_pages_are_a_file_of_their_own(stopped, admin_client, django_user_model, client):
    answer = page(admin_client, stopped, "results_partials_download")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("Begun at,Continued at,Page,Language,Last question,Do you read us?")
    assert "Ñandú" in lines[-1]
    logged = ModelLogEntry.objects.filter(action="cx_feedback.surveys.export.download").get()
    assert logged.data["unfinished"]
    editor = django_user_model.objects.create_user("eva", "eva@example.org", "x", is_staff=True)
    named = ["access_admin", "view_results", "export_responses"]
    editor.user_permissions.set(Permission.objects.filter(codename__in=named))
    client.force_login(editor)
    without = b"".join(page(client, stopped, "results_partials_download").streaming_content)
    assert "Ñandú" not in without.decode()


def test_deleting_says_how_many_unfinished_go_with_it(admin_client, kept, leave):
    url = reverse("wagtailsnippets_cx_feedback_surveys_survey:delete", args=[kept.pk])
    assert "will be deleted too" not in admin_client.get(url).content.decode()
    leave()
    leave()
    html = admin_client.get(url).content.decode()
    words = "The answered pages of 2 readers who have not finished will be deleted too."
    assert words in html
    assert "answers will be deleted too" not in html
    services.submit_response(survey_id=kept.pk, answers={"reads": YES, "stars": 4})
    html = admin_client.get(url).content.decode()
    assert words in html
    assert "1 answer will be deleted too." in html


def test_editors_are_told_of_readers_whose_pages_are_kept(kept, leave, admin_client):
    leave()
    for _ in range(3):  # a program, which sends no starts
        services.submit_response(survey_id=kept.pk, answers=ANSWERS)
    assert count_readers_answering(kept) == 1
