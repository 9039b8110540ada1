"""The figures of the spam detection in words."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, SpamSample, State
from cx_feedback.comments.moderation.spam_findings import get_promises
from cx_feedback.comments.spam import learning_from_decisions
from cx_feedback.comments.spam.false_positive_promise import Accuracy
from cx_feedback.core.statistics import get_lower_limit, get_upper_limit
from cx_feedback.core.text.number_format import format_decimal, format_percentage

#: Days of the spam that got through.
RECENT_DAYS = 90


@dataclass(frozen=True)
class SpamFigures:
    """The results of the last night and of the last days, as text."""

    promise: str
    is_proven: bool
    missing: str
    #: The share of honest comments that goes to the spam, with its limits; "–" if not measured.
    share: str
    low: str
    high: str
    wrong: str
    honest: str
    #: The share of the spam that is put aside, or would be.
    caught: str
    #: Spam of the last days that had been published, and all of it.
    got_through: int
    recent_spam: int
    #: Comments of the samples, checked ones, and those that were put aside wrongly.
    drawn: int
    checked: int
    mistaken: int


def measure_spam_figures(comments: QuerySet[Comment]) -> SpamFigures:
    """Return the figures, with four queries; those of the last days are of ``comments``."""
    accuracy = learning_from_decisions.get_accuracy() or Accuracy()
    promise = get_promises()[0]
    border, honest = accuracy.get_shown_border(promise), accuracy.honest
    since = timezone.now() - datetime.timedelta(days=RECENT_DAYS)
    recent = comments.filter(state=State.SPAM, created_at__gte=since, source="").aggregate(
        whole=Count("pk"), through=Count("pk", filter=Q(published_at__isnull=False))
    )
    mistaken = Q(comment__state=State.PUBLISHED)
    sample = SpamSample.objects.aggregate(
        drawn=Count("pk"),
        checked=Count("pk", filter=Q(comment__decided_at__isnull=False)),
        mistaken=Count("pk", filter=mistaken),
    )
    return SpamFigures(
        promise=format_decimal(promise, 0, grouped=True),
        is_proven=accuracy.find_proven(promise) is not None,
        missing=format_decimal(accuracy.count_missing(promise), 0, grouped=True),
        share=_format_share(border.wrong / honest if honest else None),
        low=_format_share(get_lower_limit(border.wrong, honest) if honest else None),
        high=_format_share(get_upper_limit(border.wrong, honest) if honest else None),
        wrong=format_decimal(border.wrong, 0, grouped=True),
        honest=format_decimal(honest, 0, grouped=True),
        caught=_format_share(border.caught / accuracy.spam if accuracy.spam else None, places=0),
        got_through=recent["through"],
        recent_spam=recent["whole"],
        **sample,
    )


def _format_share(value: float | None, places: int = 2) -> str:
    return "–" if value is None else format_percentage(format_decimal(100 * value, places))
