"""Trains the classifier with moderators' decisions and imported comments."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, SpamModel, State
from cx_feedback.comments.spam.bayes import BayesClassifier, Sample
from cx_feedback.core.caching.shared_cache import cache

#: The least number of decisions of each kind, and the number of the newest ones that are used.
MIN_DECISIONS, MAX_DECISIONS = 20, 5000
#: Number of decisions on this site from which the classifier may mark comments as spam.
TRUSTED_FROM = 200
#: Seconds after which every process uses a new model.
CACHE_SECONDS = 60
_KEY = "cx:spam:model"


@dataclass(frozen=True)
class TrainingResult:
    """The numbers of decisions of each kind. ``model`` is None if they were too few."""

    spam: int
    good: int
    model: BayesClassifier | None


@dataclass(frozen=True)
class Classifier:
    """The stored model with the number of decisions of this site's moderators."""

    model: BayesClassifier
    decisions: int

    @property
    def only_holds(self) -> bool:
        """True if the classifier can only hold comments for review, not mark them as spam."""
        return is_young(self.decisions)


_loaded: dict[str, Classifier | None] = {}


def is_young(decisions: int) -> bool:
    """Return whether the decisions are too few to let the classifier mark comments as spam."""
    return decisions < TRUSTED_FROM


def get_decided_comments(state: str) -> QuerySet[Comment]:
    """Return the comments in ``state`` that were decided by people, newest first."""
    found = Comment.objects.filter(Exists(_get_moderator_events()) | ~Q(source=""), state=state)
    return found.exclude(text="").order_by("-pk")


def count_own_decisions() -> int:
    """Return the number of comments that this site's moderators published or marked as spam.

    Imported comments don't count, since they were decided on another site.
    """
    states = [State.SPAM, State.PUBLISHED]
    found = Comment.objects.filter(Exists(_get_moderator_events()), state__in=states).exclude(
        text=""
    )
    return found[: 2 * MAX_DECISIONS].count()


def _get_moderator_events() -> QuerySet[ModerationEvent]:
    return ModerationEvent.objects.filter(
        comment=OuterRef("pk"), moderator__isnull=False, undone=False
    )


def iterate_samples(most: int = MAX_DECISIONS) -> Iterator[Sample]:
    """Yield the decided comments, spam and good ones, at most ``most`` of each."""
    for state in (State.SPAM, State.PUBLISHED):
        for comment in (
            get_decided_comments(state).only("text", "author_name", "markup")[:most].iterator()
        ):
            yield Sample(comment.plain_text, comment.author_name, state == State.SPAM)


def train_spam_model() -> TrainingResult:
    """Train the model with all decisions and store it, unless they are too few."""
    spam = get_decided_comments(State.SPAM).order_by()[:MAX_DECISIONS].count()
    good = get_decided_comments(State.PUBLISHED).order_by()[:MAX_DECISIONS].count()
    if min(spam, good) < MIN_DECISIONS:
        return TrainingResult(spam, good, None)
    model = BayesClassifier.train(iterate_samples())
    with transaction.atomic():
        SpamModel.objects.all().delete()
        SpamModel.objects.create(
            version=uuid.uuid4(),
            weights=model.packed(),
            spam=spam,
            good=good,
            decisions=count_own_decisions(),
            trained_at=timezone.now(),
        )
        transaction.on_commit(lambda: cache.delete(_KEY))
    return TrainingResult(spam, good, model)


def get_classifier() -> Classifier | None:
    """Return the stored classifier, None if there is none. Reads the version from the cache."""
    version = cache.get(_KEY)
    if version is None:
        found = SpamModel.objects.values_list("version", flat=True).first()
        version = found.hex if found else ""
        cache.set(_KEY, version, CACHE_SECONDS)
    if not version:
        return None
    if version not in _loaded:
        row = SpamModel.objects.filter(version=version).first()
        if row is None:
            return None
        _loaded.clear()
        _loaded[version] = _unpack_model(row)
    return _loaded[version]


def _unpack_model(row: SpamModel) -> Classifier | None:
    """Return the classifier of a row, None for the format of another release."""
    try:
        return Classifier(BayesClassifier.unpacked(bytes(row.weights)), row.decisions)
    except ValueError:
        return None
