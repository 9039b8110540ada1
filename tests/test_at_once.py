"""The same thing twice at the same moment is one thing; needs a database with row locks."""

import datetime
import threading
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment, Follow, ModerationEvent, Thread, Vote
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.submission.author import Actor
from cx_feedback.loyalty import services as loyalty
from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.scoring import runs
from cx_feedback.loyalty.scoring.run_lock import acquire_run_lock
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Erasure, Reader, VisitDay
from cx_feedback.readers.privacy.erasure_log import write_erasures
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey, SurveyVersion
from tests.conftest import OWN, consenting
from tests.loyalty.conftest import END, bring, heard, magazine, weeks_before  # noqa: F401
from tests.pages import make_survey
from tests.surveys.conftest import GOOD, stream
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
TIMES = 6


def posting(path, body, **headers):
    """Return a job in which a browser without a cookie posts ``body``."""

    def job():
        how = {"content_type": "application/json", **OWN, **headers}
        response = Client().post(f"/feedback/api/v1/{path}", body, **how)
        assert response.status_code in (200, 201, 202), response.content
        return response.json().get("id")

    return job


def test_one_key_is_one_answer_by_one_reader(article):
    path = f"surveys/{make_survey().pk}/responses/"
    body = {"page": article.pk, "answers": {"q-choice": GOOD}}
    told = in_threads(*[posting(path, body, HTTP_IDEMPOTENCY_KEY="once")] * TIMES)
    assert told == [Response.objects.get().pk] * TIMES
    assert (Reader.objects.count(), Activity.objects.count()) == (1, 1)


def test_an_erasure_is_written_once(settings, tmp_path):
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    place["OPTIONS"] = {"location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "erasures": place}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "ERASURE_STORAGE": "erasures"}
    Erasure.objects.create(hashes=["0" * 64])
    assert sum(in_threads(*[write_erasures] * TIMES)) == 1
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_an_answer_is_one_statement(article):
    """Reader, response and act without a transaction around: all of it or nothing."""
    path = f"surveys/{make_survey().pk}/responses/"
    body = {"page": article.pk, "answers": {"q-choice": GOOD}}
    posting(path, body)()
    with CaptureQueriesContext(connection) as captured:
        pk = posting(path, body, HTTP_IDEMPOTENCY_KEY="once")()
    told = [query["sql"] for query in captured]
    assert len(told) == 1, told
    assert posting(path, body, HTTP_IDEMPOTENCY_KEY="once")() == pk
    assert Reader.objects.count() == Response.objects.count() == 2
    assert Activity.objects.latest("pk").object_id == pk


def test_a_comment_is_one_statement(article):
    """Reader, comment and act: what the page asks of it is remembered."""
    body = {"page": article.pk, "name": "Ana", "email": "ana@example.org"}
    for text in ("The first begins the thread", "The second finds it"):
        posting("comments/", {**body, "text": text})()
    with CaptureQueriesContext(connection) as captured:
        pk = posting("comments/", {**body, "text": "The third"}, HTTP_IDEMPOTENCY_KEY="once")()
    told = [query["sql"] for query in captured]
    assert len(told) == 1, told
    assert posting("comments/", {**body, "text": "The third"}, HTTP_IDEMPOTENCY_KEY="once")() == pk
    assert Reader.objects.count() == Comment.objects.count() == 3
    assert Activity.objects.latest("pk").object_id == pk


def test_a_comment_on_a_page_deleted_a_moment_ago_is_refused(article):
    body = {"page": article.pk, "name": "Ana", "text": "First"}
    posting("comments/", body)()
    posting("comments/", {**body, "text": "Second"})()
    article.delete()
    answer = Client().post(
        "/feedback/api/v1/comments/",
        {**body, "text": "Too late"},
        content_type="application/json",
        **OWN,
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (410, ["page"])
    assert not Comment.objects.exists()
    assert (Reader.objects.count(), Activity.objects.count()) == (2, 2)


@pytest.mark.parametrize("key", [{"HTTP_IDEMPOTENCY_KEY": "once"}, {}])
def test_one_comment_begins_one_thread(article, key):
    body = {"page": article.pk, "name": "Ana", "text": "First!"}
    told = in_threads(*[posting("comments/", body, **key)] * TIMES)
    assert told == [Comment.objects.get().pk] * TIMES
    assert Thread.objects.get().waiting == 1
    assert (Reader.objects.count(), Activity.objects.count()) == (1, 1)


def test_different_first_comments_share_one_thread(article):
    body = {"page": article.pk, "name": "Ana"}
    jobs = [posting("comments/", {**body, "text": f"Number {n}"}) for n in range(TIMES)]
    assert len(set(in_threads(*jobs))) == TIMES
    assert Thread.objects.get().waiting == TIMES


def test_a_comment_is_approved_once(article):
    posting("comments/", {"page": article.pk, "name": "Ana", "text": "First!"})()
    pk = Comment.objects.get().pk
    in_threads(*[lambda: comments.approve_comments(ids=[pk])] * TIMES)
    thread = Thread.objects.get()
    assert (thread.published, thread.waiting, ModerationEvent.objects.count()) == (1, 0, 1)
    assert Activity.objects.filter(kind="comment_approved").count() == 1


def test_votes_and_flags_of_eight_at_once_are_counted_exactly(article):
    posting("comments/", {"page": article.pk, "name": "Ana", "text": "First!"})()
    pk = Comment.objects.get().pk
    comments.approve_comments(ids=[pk])
    again = Actor(readers.create_reader())

    def voting(actor, value):
        return lambda: comments.cast_vote(
            comment_id=pk, actor=actor, choice=comments.votes.VoteChoice(value)
        )

    values = [1, 1, 1, 1, 1, -1, -1, -1]
    in_threads(*[voting(Actor(readers.create_reader()), value) for value in values])
    in_threads(*[voting(again, 1)] * 8)
    comment = Comment.objects.get()
    assert (comment.up, comment.down, Vote.objects.count()) == (6, 3, 9)
    assert comment.rank == pytest.approx(comments.votes.compute_rank(6, 3))
    in_threads(*[lambda: comments.flag_comment(comment_id=pk, actor=again, reason="spam")] * 8)
    assert Comment.objects.get().flags == 1


def test_two_runs_tell_each_follower_once(article):
    posting("comments/", {"page": article.pk, "name": "Ana", "text": "First!"})()
    row = Follow(thread=Thread.objects.get(), email="eva@example.org", confirmed_at=timezone.now())
    row.save()
    comments.approve_comments(ids=[Comment.objects.get().pk])
    in_threads(*[comments.follower_notifications.notify_followers] * TIMES)
    assert Delivery.objects.filter(mailing__startswith="follow:").count() == 1


def test_eight_clients_post_twenty_five_roots_each(article):
    def client(name):
        def job():
            for n in range(25):
                posting("comments/", {"page": article.pk, "name": name, "text": f"Number {n}"})()

        return job

    in_threads(*[client(f"Reader {n}") for n in range(8)])
    assert Comment.objects.count() == Comment.objects.values("path").distinct().count() == 200
    assert Thread.objects.get().waiting == 200
    assert rebuild_counters() == 0


def test_acts_of_one_reader_count_their_day_once():
    pk = consenting().pk
    day = timezone.localdate() - datetime.timedelta(weeks=3)
    readers.count_day(reader=Reader.objects.get(pk=pk), day=day)
    in_threads(
        *[lambda: readers.record_act(reader=Reader.objects.get(pk=pk), kind="visit")] * TIMES
    )
    reader = Reader.objects.get(pk=pk)
    assert (VisitDay.objects.count(), Activity.objects.count()) == (2, TIMES)
    assert (reader.active_periods, reader.last_day) == (2, timezone.localdate())
    assert reader.last_period == reader.first_period + 3


def publish_asking(survey, label):
    """Return a job that publishes the survey with its first question worded so."""

    def job():
        mine = Survey.objects.get(pk=survey.pk)
        raw = stream()
        raw[0]["value"]["label"] = label
        mine.questions = mine.questions.stream_block.to_python(raw)
        surveys.publish_survey(survey=mine)

    return job


def assert_it_asks_what_it_shows():
    current = SurveyVersion.objects.get(current=True)
    asked = current.definition["questions"][0]["label"]
    assert Survey.objects.get().questions[0].value["label"] == asked
    return current


def test_publishings_follow_one_another(home):
    survey = make_survey()
    in_threads(*[publish_asking(survey, f"How was it, {n}?") for n in range(TIMES)])
    numbers = SurveyVersion.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, TIMES + 2))
    assert assert_it_asks_what_it_shows().number == TIMES + 1


def test_a_publishing_that_is_slow_to_freeze_does_not_part_row_and_version(home, monkeypatch):
    survey, freeze, saved = make_survey(), surveys.freeze_version, threading.Event()

    def slow(*, survey):
        if not saved.is_set():
            saved.set()
            time.sleep(0.5)  # the other publishes meanwhile, if it may
        return freeze(survey=survey)

    monkeypatch.setattr(surveys, "freeze_version", slow)
    first, second = publish_asking(survey, "First?"), publish_asking(survey, "Second?")
    in_threads(first, lambda: saved.wait(10) and second())
    assert_it_asks_what_it_shows()


def test_an_address_is_asked_once_and_has_one_owner():
    lists = [MailingList.objects.create(name=name) for name in ("Friday letter", "Monday letter")]
    for mailing_list in lists:
        body = {"email": "ana@example.org", "list": mailing_list.pk}
        in_threads(*[posting("subscriptions/", body)] * TIMES)
    assert Subscription.objects.count() == Delivery.objects.count() == 2
    rows = list(Subscription.objects.values_list("pk", flat=True)) * 3
    in_threads(*[lambda pk=pk: newsletter.confirm_subscription(subscription_id=pk) for pk in rows])
    assert Reader.objects.get().email == "ana@example.org"
    assert Activity.objects.filter(kind="subscription").count() == 2


def test_scorings_are_one(magazine):  # noqa: F811
    in_threads(*[lambda: loyalty.score_readers(as_of=END)] * 3)
    once = (Fit.objects.count(), CellScore.objects.count(), Silence.objects.count())
    tiers = dict(Reader.objects.values_list("pk", "tier"))
    assert once[0] == 1
    again = loyalty.score_readers(as_of=END)
    assert not again.changed
    assert (Fit.objects.count(), CellScore.objects.count(), Silence.objects.count()) == once
    assert dict(Reader.objects.values_list("pk", "tier")) == tiers


def test_one_run_at_a_time_of_any_number_of_workers(magazine):  # noqa: F811
    found = []

    def worker():
        found.append(runs.run_score(as_of=END).outcome)

    with acquire_run_lock() as free:
        assert free
        in_threads(worker, worker)
    assert found == ["skipped"] * 2
    assert not Fit.objects.exists()
    in_threads(worker)
    assert found[-1] == "done"


def test_each_silence_and_each_return_is_told_exactly_once(magazine, heard):  # noqa: F811
    """Whatever scores, sweeps and tells at the same moment, and however often."""
    jobs = [
        lambda: loyalty.score_readers(as_of=END),
        loyalty.find_silences,
        loyalty.find_silences,
        *[lambda: loyalty.announce_silences(as_of=END)] * TIMES,
    ]
    loyalty.score_readers(as_of=weeks_before(1))
    in_threads(*jobs)
    loyalty.announce_silences(as_of=END)
    told = [kwargs["silence_id"] for name, kwargs in heard if name == "silent"]
    assert sorted(told) == sorted(
        Silence.objects.filter(announced_at__isnull=False).values_list("pk", flat=True)
    )
    assert len(told) == len(set(told)) > 20
    assert not Silence.objects.filter(announced_at=None, late=False, won_back_on=None).exists()

    heard.clear()
    back = Silence.objects.filter(won_back_on=None)[:40]
    bring([(silence.reader.external_id, weeks_before(-2)) for silence in back])
    in_threads(*[lambda: loyalty.end_silences(as_of=weeks_before(-3))] * TIMES)
    returned = [kwargs["silence_id"] for name, kwargs in heard if name == "back"]
    assert sorted(returned) == sorted(silence.pk for silence in back)
