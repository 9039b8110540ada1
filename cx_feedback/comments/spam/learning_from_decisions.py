"""Train the classifier with decisions of people and imported comments; store and load it.

Texts of other rooms teach it beside the comments. What it is judged by are comments alone.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, SpamModel, State
from cx_feedback.comments.spam.classifier import Sample, TextClassifier
from cx_feedback.comments.spam.classifier_fitting import train_classifier
from cx_feedback.comments.spam.false_positive_promise import Accuracy
from cx_feedback.comments.spam.prior import DamagedPrior, load_prior
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.rooms.decided_texts import get_decided_texts

#: The least number of decisions of each kind, and the number of the newest ones that are taught.
MIN_DECISIONS, MAX_DECISIONS = 20, 1500
#: The most of each kind that other rooms add, so that comments stay what is mostly taught.
MAX_FOREIGN = 500
#: Seconds after which every process uses a new model.
CACHE_SECONDS = 60
_KEY = "cx:spam:model"


@dataclass(frozen=True)
class TrainingResult:
    """The numbers of decisions of each kind. ``model`` is None if they were too few."""

    spam: int
    good: int
    model: TextClassifier | None
    #: How many of them are about texts of other rooms.
    foreign: int = 0
    #: The points of the taught comments by ID, each as if it had been new.
    held_out_points: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Classifier:
    """The model in use, with the number of decisions and the accuracy measured with them."""

    model: TextClassifier
    decisions: int = 0
    accuracy: Accuracy = field(default_factory=Accuracy)

    @property
    def is_own(self) -> bool:
        """True if this site's decisions have taught it."""
        return self.decisions > 0


_loaded: dict[str, Classifier] = {}


def get_decided_comments(state: str) -> QuerySet[Comment]:
    """Return the comments in ``state`` that were decided by people, newest first."""
    found = Comment.objects.filter(Exists(get_moderator_events()) | ~Q(source=""), state=state)
    return found.exclude(text="").order_by("-pk")


def get_moderator_events() -> QuerySet[ModerationEvent]:
    """Return the decisions of moderators that stand, of the comment of an outer query."""
    return ModerationEvent.objects.filter(
        comment=OuterRef("pk"), moderator__isnull=False, undone=False
    )


def iterate_samples(most: int = MAX_DECISIONS) -> Iterator[Sample]:
    """Yield the decided texts, spam and good ones; of comments at most ``most`` of each."""
    for _pk, sample in _iterate_rows(most):
        yield sample
    yield from _get_foreign_samples()


def _get_foreign_samples() -> list[Sample]:
    texts = get_decided_texts(MAX_FOREIGN)
    return [Sample(one.text, one.name, one.is_spam) for one in texts]


def _iterate_rows(most: int) -> Iterator[tuple[int, Sample]]:
    for state in (State.SPAM, State.PUBLISHED):
        rows = get_decided_comments(state).only("text", "author_name", "markup")[:most]
        for comment in rows.iterator():
            is_spam = state == State.SPAM
            yield comment.pk, Sample(comment.plain_text, comment.author_name, is_spam)


def train_model() -> TrainingResult:
    """Return a model of all decisions, unless they are too few. Stores nothing."""
    foreign = _get_foreign_samples()
    foreign_spam = sum(sample.is_spam for sample in foreign)
    spam = get_decided_comments(State.SPAM).order_by()[:MAX_DECISIONS].count() + foreign_spam
    good = get_decided_comments(State.PUBLISHED).order_by()[:MAX_DECISIONS].count()
    good += len(foreign) - foreign_spam
    if min(spam, good) < MIN_DECISIONS:
        return TrainingResult(spam, good, None, len(foreign))
    ids: list[int] = []

    def iterate() -> Iterator[Sample]:
        for pk, sample in _iterate_rows(MAX_DECISIONS):
            ids.append(pk)
            yield sample
        yield from foreign  # Last, since their points belong to no comment.

    taught = train_classifier(iterate(), load_prior())
    points = dict(zip(ids, taught.held_out_points.tolist(), strict=False))
    return TrainingResult(spam, good, taught.model, len(foreign), points)


def store_model(result: TrainingResult, *, decisions: int, accuracy: Accuracy) -> None:
    """Store a trained model in the place of the last one, within the caller's transaction."""
    if result.model is None:
        return
    with transaction.atomic():
        SpamModel.objects.all().delete()
        SpamModel.objects.create(
            version=uuid.uuid4(),
            weights=result.model.pack(),
            spam=result.spam,
            good=result.good,
            decisions=decisions,
            accuracy=accuracy.as_json(),
            trained_at=timezone.now(),
        )
        transaction.on_commit(lambda: cache.delete(_KEY))


def get_classifier() -> Classifier:
    """Return the stored classifier, else the shipped one. Reads the version from the cache."""
    version = cache.get(_KEY)
    if version is None:
        found = SpamModel.objects.values_list("version", flat=True).first()
        version = found.hex if found else ""
        cache.set(_KEY, version, CACHE_SECONDS)
    if version not in _loaded:
        row = SpamModel.objects.filter(version=version).first() if version else None
        if row is None and version:
            return Classifier(TextClassifier.build_empty(load_prior()))
        _loaded.clear()
        _loaded[version] = _load_model(row)
    return _loaded[version]


def get_accuracy() -> Accuracy | None:
    """Return what the stored classifier was measured to do, None if the shipped one is damaged."""
    try:
        return get_classifier().accuracy
    except DamagedPrior:
        return None


def _load_model(row: SpamModel | None) -> Classifier:
    """Return the classifier of a row, the shipped one for none and for another release's."""
    prior = load_prior()
    if row is not None:
        try:
            model = TextClassifier.unpack(bytes(row.weights), prior)
        except ValueError:
            row = None
        else:
            return Classifier(model, row.decisions, Accuracy.from_json(row.accuracy))
    return Classifier(TextClassifier.build_empty(prior))
