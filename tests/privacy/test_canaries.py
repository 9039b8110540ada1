"""A marker by every way in, then the erasure: nothing of it is left anywhere, and sums add up."""

import datetime
import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cx_feedback.comments.models import Comment, Thread
from cx_feedback.comments.services import delete_unverified_comments
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.mail.copies import answer_copies
from cx_feedback.newsletter.permissions import SIGN_UP_READERS
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.surveys import questions
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.tokens import services as tokens
from cx_feedback.webhooks.models import EventDelivery
from tests.newsletter.conftest import send
from tests.pages import publish
from tests.privacy import traces
from tests.privacy.ways_in import EMAIL, FAN, WAYS, WORDS, Site

pytestmark = pytest.mark.django_db
MARKERS = {way.marker: way.name for way in WAYS}


@pytest.fixture
def site(article, admin_user, admin_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BASE_OF_TEST = tmp_path
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 30}
    publish(article, ("comments", {"heading": "", "order": "newest"}))
    return Site(article, admin_user, admin_client)


@pytest.fixture
def lived(site, caplog):
    """Go all ways with all logs open; return the site and what was logged."""
    with caplog.at_level(logging.DEBUG):
        for way in WAYS:
            way.run(site, way.marker)
        logged = list(caplog.records)
    # What libraries say while they are debugged is no log of a site's.
    site.logged = [one for one in logged if one.name.startswith("cx_feedback") or one.levelno > 20]
    return site


def test_each_type_of_question_that_takes_words_is_a_way():
    takes_words = {
        name
        for name, kind in questions.all_types().items()
        if kind.asks and any(part.is_personal for part in _get_parts(kind, name))
    }
    assert takes_words == set(WORDS)


def _get_parts(kind, name):
    from tests.surveys.questions.asking import question

    return kind.get_columns(question(name))


def test_each_way_leaves_its_marker_and_none_that_must_not(site):
    seen = set()
    for way in WAYS:
        way.run(site, way.marker)
        seen |= {way.name} if traces.find_in_tables(way.marker) else set()
    assert seen == {way.name for way in WAYS if way.stored}
    assert traces.find_in_tables(EMAIL)


def test_nothing_is_left_in_any_table(lived):
    reader = Reader.objects.get(email=EMAIL)
    fold_responses()
    readers.erase_person(email=EMAIL)
    # Mails to addresses that may be somebody else's name no reader; they go by themselves.
    answer_copies.delete_old_copies(now=timezone.now() + datetime.timedelta(days=3))
    delete_unverified_comments(now=timezone.now() + datetime.timedelta(days=4))
    found = traces.find_in_tables(*MARKERS, EMAIL, "person.example", reader.key.hex)
    # The account is the site's, which deletes it.
    assert {place for place in found if place[0] != "auth_user"} == set()
    assert not any(export_person(email=EMAIL).values())


def test_events_for_other_programs_hold_no_words_and_go(lived):
    reader = Reader.objects.get(email=EMAIL)
    assert EventDelivery.objects.filter(reader_id=reader.pk).exists()
    found = traces.find_in_tables(*MARKERS, EMAIL)
    assert not {table for table, _column, _word in found if "webhooks" in table}
    readers.erase_person(email=EMAIL)
    assert not EventDelivery.objects.filter(reader_id=reader.pk).exists()
    assert EventDelivery.objects.filter(event="reader.erased").exists()
    left = [event.data for event in EventDelivery.objects.exclude(event="reader.erased")]
    assert reader.pk not in {data.get("reader") for data in left}


def test_nothing_is_left_in_caches_files_and_logs(lived, django_capture_on_commit_callbacks):
    assert traces.find_in_caches(*MARKERS)
    with django_capture_on_commit_callbacks(execute=True):
        readers.erase_person(email=EMAIL)
    assert traces.find_in_caches(*MARKERS, EMAIL) == set()
    assert traces.find_in_files(*MARKERS, EMAIL) == set()
    assert traces.find_in_logs(lived.logged, *MARKERS, EMAIL, "person.example") == set()
    cache.clear()


@pytest.mark.parametrize("folded", [False, True])
def test_sums_still_add_up(lived, folded):
    if folded:
        fold_responses()
    surveys = (lived.survey, lived.widget)
    before = [[(q.n, q.rows) for q in get_results(survey=one).questions] for one in surveys]
    others = Comment.objects.exclude(author_email=EMAIL).filter(state="published").count()
    readers.erase_person(email=EMAIL)
    after = [[(q.n, q.rows) for q in get_results(survey=one).questions] for one in surveys]
    assert before == after
    fold_responses()
    assert [get_results(survey=one).n for one in surveys] == [
        get_results(survey=one).n for one in surveys
    ]
    assert rebuild_counters() == 0
    assert Thread.objects.get().published == others


def test_somebody_else_s_things_stay(lived):
    readers.erase_person(email=EMAIL)
    assert traces.find_in_tables(FAN)
    assert Comment.objects.filter(author_name="Bo", text="Others’ words").exists()


def test_the_name_of_a_token_stays_with_the_token(
    site, admin_user, caplog, django_capture_on_commit_callbacks
):
    """It is a word of the staff, about a program, and goes into nothing of a person."""
    with caplog.at_level(logging.DEBUG):
        token, text = tokens.create_token(
            owner=admin_user,
            name="canary-program",
            scopes=[SIGN_UP_READERS.name, "cx_feedback_webhooks.add_endpoint"],
        )
        program = {"browser": Client(), "HTTP_AUTHORIZATION": f"Bearer {text}"}
        site.rest("subscriptions/", {"email": EMAIL, "name": "Canary"}, **program)
        hook = {
            "name": "Shop",
            "url": "https://shop.example.org/in",
            "events": ["survey.response.created"],
        }
        site.rest("webhooks/", hook, **program)
        send()
        with django_capture_on_commit_callbacks(execute=True):
            tokens.revoke_token(token_id=token.pk, user=admin_user)
    places = {(table, column) for table, column, _word in traces.find_in_tables(token.name)}
    assert places == {("cx_feedback_tokens_token", "name"), ("wagtailcore_modellogentry", "label")}
    assert traces.find_in_tables(str(text)) == set()
    assert traces.find_in_caches(token.name, str(text)) == set()
    cache.clear()
    assert traces.find_in_logs(caplog.records, str(text)) == set()
    ours = [one for one in caplog.records if one.name.startswith("cx_feedback")]
    assert traces.find_in_logs(ours, token.name) == set()
    assert token.name not in str(export_person(email=EMAIL))
