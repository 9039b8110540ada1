"""The nightly lesson: the classifier is trained, and judged by all decisions of this site."""

import datetime
import math
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef

from cx_feedback.comments.models import Comment, ModerationEvent, SpamMeasurement, State
from cx_feedback.comments.services.spam_samples import get_sampled_share
from cx_feedback.comments.spam import SpamFinding, find_put_aside_points
from cx_feedback.comments.spam.false_positive_promise import (
    STEPS_ABOVE,
    Accuracy,
    JudgedComment,
    count_borders,
)
from cx_feedback.comments.spam.feature_extraction import extract_features
from cx_feedback.comments.spam.learning_from_decisions import (
    TrainingResult,
    get_moderator_events,
    store_model,
    train_model,
)
from cx_feedback.core import conf
from cx_feedback.core.pages import site_time

#: The newest decisions by which the classifier is judged, and the days for which results are kept.
MAX_MEASURED, KEPT_DAYS = 100_000, 800


def train_and_measure(*, today: datetime.date | None = None) -> TrainingResult:
    """Train the classifier, measure it on this site's decisions and store both.

    Raises ``prior.DamagedPrior`` and changes nothing if the shipped model is damaged.
    """
    result = train_model()
    if result.model is None:
        return result
    accuracy, decisions = measure_accuracy(result)
    day = today or site_time.localdate()
    with transaction.atomic():
        store_model(result, decisions=decisions + result.foreign, accuracy=accuracy)
        SpamMeasurement.objects.update_or_create(day=day, defaults={"accuracy": accuracy.as_json()})
        old = day - datetime.timedelta(days=KEPT_DAYS)
        SpamMeasurement.objects.filter(day__lt=old).delete()
    return result


def measure_accuracy(result: TrainingResult) -> tuple[Accuracy, int]:
    """Return what a model would have done to this site's decided comments, and their number."""
    count = 0

    def iterate() -> Iterator[JudgedComment]:
        nonlocal count
        for judged in _judge_comments(result):
            count += 1
            yield judged

    border = conf.get("COMMENTS_SCORES")["spam"]
    accuracy = count_borders(iterate(), [border + step for step in STEPS_ABOVE])
    return accuracy, count


def _judge_comments(result: TrainingResult) -> Iterator[JudgedComment]:
    """Yield this site's decided comments with their points.

    A comment that was taught has the points of a model without it. One that was put aside and that
    a moderator then published was put aside wrongly, whatever the model says now. Of what is put
    aside, only a sample is looked at: other honest comments of that time count in the same share,
    so that both are parts of the same whole.
    """
    model, borders = result.model, conf.get("COMMENTS_SCORES")
    assert model is not None
    since, share = get_sampled_share()
    put_aside = ModerationEvent.objects.filter(
        comment=OuterRef("pk"), action="admit", to_state=State.SPAM
    )
    rows = (
        Comment.objects.filter(
            Exists(get_moderator_events()), state__in=[State.SPAM, State.PUBLISHED], source=""
        )
        .exclude(text="")
        .order_by("-pk")
        .annotate(put_aside=Exists(put_aside))
        .values_list(
            "pk", "text", "author_name", "state", "spam_findings", "created_at", "put_aside"
        )
    )
    newest = rows[:MAX_MEASURED].iterator(chunk_size=2000)
    for pk, text, name, state, findings, created_at, was_put_aside in newest:
        points = result.held_out_points.get(pk)
        if points is None:
            points = model.score_features(extract_features(text, name))
        found = [_read_finding(each) for each in findings if each.get("scorer") != "learned"]
        total = find_put_aside_points([*found, SpamFinding("learned", points)], borders)
        is_spam = state == State.SPAM
        weight = 1.0
        if was_put_aside and not is_spam:
            total = math.inf
        elif since is not None and site_time.localdate(created_at) >= since:
            weight = share
        yield JudgedComment(is_spam, total, weight)


def _read_finding(stored: dict[str, object]) -> SpamFinding:
    points = float(str(stored.get("points", 0)))
    return SpamFinding("stored", points, only_holds=bool(stored.get("only_holds")))
