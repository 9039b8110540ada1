"""The promise of the spam detection: when it is proved, what feeds it, and what is shown."""

import datetime

import pytest
from django.core.checks import run_checks
from django.utils import timezone
from wagtail.models import Site

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentSettings,
    ModerationEvent,
    SpamMeasurement,
    SpamModel,
    SpamSample,
)
from cx_feedback.comments.moderation.spam_findings import get_promises
from cx_feedback.comments.spam import generated_samples, learning_from_decisions, prior
from cx_feedback.comments.spam.classifier import TextClassifier
from cx_feedback.comments.spam.false_positive_promise import (
    Accuracy,
    BorderResult,
    JudgedComment,
    count_borders,
)
from cx_feedback.core.statistics import get_lower_limit, get_upper_limit
from tests.comments.seen import seen
from tests.comments.spam_models import store_accuracy
from tests.conftest import OWN

QUEUE = "/admin/cx-feedback/comments/"
SCREEN = f"{QUEUE}spam/"


@pytest.mark.parametrize(
    ("wrong", "of", "limit"),
    [
        (0, 1497, 0.002),
        (0, 100, 0.02951),
        (3, 4000, 0.001937),
        (10, 20, 0.698),
        (2.5, 900.5, 0.007791),
    ],
)
def test_the_limit_is_that_of_clopper_and_pearson(wrong, of, limit):
    assert get_upper_limit(wrong, of) == pytest.approx(limit, rel=0.001)
    assert get_lower_limit(wrong, of) <= wrong / of
    assert get_upper_limit(0, 0) == 1


@pytest.mark.parametrize(
    ("wrong", "honest", "promise", "proven", "missing"),
    [
        (0, 1496, 500, False, 1),
        (0, 1497, 500, True, 0),
        (0, 0, 500, False, 1497),
        (1, 2000, 500, False, 371),
        (1, 2400, 500, True, 0),
        (0, 300, 100, True, 0),
    ],
)
def test_when_a_promise_is_proved(wrong, honest, promise, proven, missing):
    accuracy = Accuracy(honest, 10, (BorderResult(6.0, wrong, 5),))
    assert bool(accuracy.find_proven(promise)) is proven
    assert accuracy.count_missing(promise) == missing


def test_the_lowest_border_that_holds_is_used_and_a_failure_ends_the_search():
    points = [10, 9, 8, 7, 6]
    wrong = [0, 0, 9, 0, 20]
    borders = tuple(BorderResult(p, w, 5) for p, w in zip(points, wrong, strict=True))
    assert Accuracy(2000, 9, borders).find_proven(500).points == 9
    assert Accuracy(2000, 9, borders[2:]).find_proven(500) is None
    stored = Accuracy(2000, 9, borders)
    assert Accuracy.from_json(stored.as_json()) == stored
    assert Accuracy.from_json({}) == Accuracy()


def test_comments_are_counted_at_each_border():
    judged = [JudgedComment(False, 7.0, 0.5), JudgedComment(False, 1.0), JudgedComment(True, 9.0)]
    found = count_borders(judged, [8.0, 6.0])
    assert (found.honest, found.spam) == (1.5, 1)
    assert found.borders == (BorderResult(8.0, 0, 1), BorderResult(6.0, 0.5, 1))


@pytest.fixture
def decided(write, moderator):
    """Decisions of a moderator: 25 of each kind."""
    taught = generated_samples.get_training_samples()
    kinds = {"mark_spam": [], "approve": []}
    for sample in [*taught[:25], *taught[-25:]]:
        comment = write(sample.text, name=sample.name)
        kinds["mark_spam" if sample.is_spam else "approve"].append(comment.pk)
    for act, ids in kinds.items():
        services.decide_on_comments(act, ids=ids, moderator=moderator)
    return kinds


@pytest.mark.django_db
def test_each_night_is_measured_on_this_sites_decisions(decided):
    Comment.objects.filter(pk__in=decided["approve"][:5]).update(source="https://old.example")
    services.train_and_measure()
    accuracy = Accuracy.from_json(SpamModel.objects.get().accuracy)
    assert (accuracy.honest, accuracy.spam) == (20, 25)
    assert [border.points for border in accuracy.borders] == [10, 9, 8, 7.5, 7, 6.5, 6]
    assert SpamMeasurement.objects.get().accuracy == accuracy.as_json()
    services.train_and_measure()
    assert SpamMeasurement.objects.count() == 1


@pytest.mark.django_db
def test_what_other_scorers_said_counts_too(decided):
    findings = [
        {"scorer": "trap", "points": 10.0, "detail": {}},
        {"scorer": "rate", "points": 9.0, "detail": {}, "only_holds": True},
    ]
    wrong = Comment.objects.filter(pk__in=decided["approve"][:3])
    wrong.update(spam_findings=findings[:1])
    Comment.objects.filter(pk__in=decided["approve"][3:6]).update(spam_findings=findings[1:])
    services.train_and_measure()
    accuracy = Accuracy.from_json(SpamModel.objects.get().accuracy)
    assert accuracy.borders[-1].wrong == 3


def put_aside(write, count):
    ids = [write(f"put aside number {n}").pk for n in range(count)]
    Comment.objects.filter(pk__in=ids).update(state="spam")
    ModerationEvent.objects.bulk_create(
        ModerationEvent(comment_id=pk, from_state="pending", to_state="spam", action="admit")
        for pk in ids
    )
    return ids


@pytest.mark.django_db
def test_a_sample_is_drawn_once_a_day_and_answers_feed_the_figure(decided, write, moderator):
    ids = put_aside(write, 30)
    today = timezone.localdate()
    assert services.draw_spam_sample(today=today) == 10
    assert services.draw_spam_sample(today=today) == 0
    assert set(SpamSample.objects.values_list("weight", flat=True)) == {3.0}
    drawn = list(SpamSample.objects.values_list("comment_id", flat=True))
    assert set(drawn) < set(ids)
    assert services.get_open_sample(Comment.objects.all()).count() == 10
    services.decide_on_comments("mark_spam", ids=drawn[:9], moderator=moderator)
    services.decide_on_comments("approve", ids=drawn[9:], moderator=moderator)
    assert not services.get_open_sample(Comment.objects.all()).exists()
    # In the first hours of a day it is still the day before in UTC.
    at = datetime.datetime.combine(today, datetime.time(0, 10), timezone.get_current_timezone())
    Comment.objects.update(created_at=at)
    services.train_and_measure()
    accuracy = Accuracy.from_json(SpamModel.objects.get().accuracy)
    # A third of what was put aside was checked: a third of the other honest ones stands beside it.
    assert accuracy.honest == pytest.approx(25 / 3 + 1)
    assert all(border.wrong >= 1 for border in accuracy.borders)
    later = today + datetime.timedelta(days=1)
    assert services.draw_spam_sample(today=later) == 10
    assert not set(drawn) & set(
        SpamSample.objects.filter(day=later).values_list("comment_id", flat=True)
    )


@pytest.mark.django_db
def test_the_screen_shows_promise_figures_and_the_sample(client, write, moderator):
    client.force_login(moderator)
    html = client.get(SCREEN).content.decode()
    assert "1 in 500" in html
    assert "Not measured yet." in html
    assert "Nothing to check today." in html
    store_accuracy(honest=2000)
    [pk, *_rest] = put_aside(write, 3)
    services.draw_spam_sample()
    through = write("Got through", state="published")
    services.decide_on_comments("mark_spam", ids=[through.pk], moderator=moderator)
    page = client.get(SCREEN)
    html = page.content.decode()
    assert "0 of 2,000 honest comments; with 95% certainty at most 0.15%" in html
    figures = page.context["figures"]
    assert (figures.got_through, figures.drawn, figures.checked) == (1, 3, 0)
    row = next(r for r in page.context["rows"] if r.comment.pk == pk)
    for action, state in (("mark_spam", "spam"),):
        sent = {"one": f"{action}:{pk}", "seen": row.seen, "next": SCREEN}
        assert client.post("/admin/cx-feedback/comments/decide/", sent).status_code == 302
        assert Comment.objects.get(pk=pk).state == state
    assert client.get(SCREEN).context["figures"].checked == 1


@pytest.mark.django_db
def test_suspected_spam_waits_last(client, write, moderator):
    client.force_login(moderator)
    first, second = write("suspected"), write("ordinary")
    Comment.objects.filter(pk=first.pk).update(suspected=True)
    page = client.get("/admin/cx-feedback/comments/")
    assert [row.comment.pk for row in page.context["rows"]] == [second.pk, first.pk]
    assert "Probably spam" in page.content.decode()


@pytest.fixture
def models_afterwards():
    """Forgets damaged models at the end of a test."""
    yield
    prior.load_prior.cache_clear()
    learning_from_decisions._loaded.clear()


@pytest.mark.django_db
def test_a_damaged_shipped_model_is_named_and_changes_nothing(decided, tmp_path, monkeypatch):
    services.train_and_measure()
    version = SpamModel.objects.get().version
    path, shipped = tmp_path / "prior.bin", prior.PRIOR_PATH.read_bytes()
    monkeypatch.setattr(prior, "PRIOR_PATH", path)
    older, changed = b"cx4\n" + shipped[4:], shipped[:-1] + bytes([shipped[-1] ^ 1])
    for content in (None, b"", shipped[:10], older, shipped[:-100], changed):
        if content is not None:
            path.write_bytes(content)
        prior.load_prior.cache_clear()
        [error] = run_checks(tags=["cx_feedback"])
        assert (error.id, "prior.bin is damaged" in error.msg) == ("cx_feedback.E042", True)
        with pytest.raises(prior.DamagedPrior, match="Reinstall the package"):
            services.train_and_measure()
        assert SpamModel.objects.get().version == version
    monkeypatch.undo()
    prior.load_prior.cache_clear()
    assert isinstance(prior.load_prior(), TextClassifier)
    learning_from_decisions._loaded.clear()


@pytest.mark.django_db
def test_comments_wait_and_are_decided_with_a_damaged_shipped_model(
    client, talk, moderator, tmp_path, monkeypatch, models_afterwards
):
    CommentSettings.objects.create(site=talk.get_site(), rule="all")
    store_accuracy()
    monkeypatch.setattr(prior, "PRIOR_PATH", tmp_path / "prior.bin")
    prior.load_prior.cache_clear()
    learning_from_decisions._loaded.clear()
    data = {"page": talk.pk, "name": "Ana", "text": "Good words"}
    url = "/feedback/api/v1/comments/"
    assert client.post(url, data, content_type="application/json", **OWN).status_code == 201
    client.force_login(moderator)
    for screen in (QUEUE, SCREEN):
        html = client.get(screen).content.decode()
        assert "the shipped spam model is damaged. Reinstall" in html
    [row] = client.get(QUEUE).context["rows"]
    sent = {"one": f"mark_spam:{row.comment.pk}", "seen": seen([row.comment.pk])}
    assert client.post(f"{QUEUE}decide/", sent).status_code == 302
    assert Comment.objects.get().state == "spam"


def test_a_site_without_settings_has_the_promise_of_a_new_one(talk):
    CommentSettings.objects.create(site=talk.get_site(), spam_promise=100)
    assert get_promises() == [100]
    Site.objects.create(hostname="second.example", root_page=talk)
    assert get_promises() == [500, 100]
