"""What the classifier learns from: what people decided here, or on the site that moved in."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, SpamModel, State
from cx_feedback.comments.spam.bayes import BayesClassifier, Sample
from cx_feedback.core.caching.shared_cache import cache

#: Decisions of each kind that it takes to begin with, and the newest that are learnt from.
MIN_DECISIONS, MAX_DECISIONS = 20, 5000
#: Moderators' decisions on this site below which the classifier alone puts nothing aside.
TRUSTED_FROM = 200
#: Seconds after which every process has noticed a new model.
CACHE_SECONDS = 60
_KEY = "cx:spam:model"


@dataclass(frozen=True)
class TrainingResult:
    """How many decisions of each kind there were; ``model`` is None when they were too few."""

    spam: int
    good: int
    model: BayesClassifier | None


@dataclass(frozen=True)
class Classifier:
    """The stored model, and how many decisions of this site's moderators are behind it."""

    model: BayesClassifier
    decisions: int

    @property
    def only_holds(self) -> bool:
        """Whether it may only let comments wait yet, and put none aside by itself."""
        return is_young(self.decisions)


_loaded: dict[str, Classifier | None] = {}


def is_young(decisions: int) -> bool:
    """Return whether so few decisions of moderators let the classifier only hold comments."""
    return decisions < TRUSTED_FROM


def get_decided_comments(state: str) -> QuerySet[Comment]:
    """Return the comments that people published, or put aside as spam, the newest first."""
    found = Comment.objects.filter(Exists(_get_moderator_events()) | ~Q(source=""), state=state)
    return found.exclude(text="").order_by("-pk")


def count_own_decisions() -> int:
    """Return how many comments moderators of this site published or put aside as spam.

    What was imported is learnt from, but those were others' decisions in another place.
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
    """Yield what was decided, spam and good ones, at most ``most`` of each."""
    for state in (State.SPAM, State.PUBLISHED):
        for comment in (
            get_decided_comments(state).only("text", "author_name", "markup")[:most].iterator()
        ):
            yield Sample(comment.plain_text, comment.author_name, state == State.SPAM)


def train_spam_model() -> TrainingResult:
    """Learn anew from all decisions and store the model; nothing when they are too few."""
    spam = get_decided_comments(State.SPAM).order_by()[:MAX_DECISIONS].count()
    good = get_decided_comments(State.PUBLISHED).order_by()[:MAX_DECISIONS].count()
    if min(spam, good) < MIN_DECISIONS:
        return TrainingResult(spam, good, None)
    model = BayesClassifier.trained(iterate_samples())
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
    """Return the stored model, None when nothing was learnt. One look into the cache."""
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
    """Return the classifier of a row; none of an earlier release, until it is learnt anew."""
    try:
        return Classifier(BayesClassifier.unpacked(bytes(row.weights)), row.decisions)
    except ValueError:
        return None
