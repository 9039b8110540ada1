"""What the classifier learns from: what people decided here, or on the site that moved in."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, SpamModel, State
from cx_feedback.comments.spam.bayes import Bayes, Sample
from cx_feedback.core.caching.shared_cache import cache

#: Decisions of each kind that it takes to begin with, and the newest that are learnt from.
FEWEST, MOST = 20, 5000
#: Moderators' decisions on this site below which the classifier alone puts nothing aside.
SURE_FROM = 200
#: Seconds after which every process has noticed a new model.
NOTICE = 60
_KEY = "cx:spam:model"


@dataclass(frozen=True)
class Learnt:
    """How many decisions of each kind there were; ``model`` is None when they were too few."""

    spam: int
    good: int
    model: Bayes | None


@dataclass(frozen=True)
class Classifier:
    """The stored model, and how many decisions of this site's moderators are behind it."""

    model: Bayes
    decisions: int

    @property
    def only_holds(self) -> bool:
        """Whether it may only let comments wait yet, and put none aside by itself."""
        return is_young(self.decisions)


_loaded: dict[str, Classifier | None] = {}


def is_young(decisions: int) -> bool:
    """Return whether so few decisions of moderators let the classifier only hold comments."""
    return decisions < SURE_FROM


def decided(state: str) -> QuerySet[Comment]:
    """Return the comments that people published, or put aside as spam, the newest first."""
    found = Comment.objects.filter(Exists(_by_hand()) | ~Q(source=""), state=state)
    return found.exclude(text="").order_by("-pk")


def decided_here() -> int:
    """Return how many comments moderators of this site published or put aside as spam.

    What was imported is learnt from, but those were others' decisions in another place.
    """
    states = [State.SPAM, State.PUBLISHED]
    found = Comment.objects.filter(Exists(_by_hand()), state__in=states).exclude(text="")
    return found[: 2 * MOST].count()


def _by_hand() -> QuerySet[ModerationEvent]:
    return ModerationEvent.objects.filter(
        comment=OuterRef("pk"), moderator__isnull=False, undone=False
    )


def samples(most: int = MOST) -> Iterator[Sample]:
    """Yield what was decided, spam and good ones, at most ``most`` of each."""
    for state in (State.SPAM, State.PUBLISHED):
        for comment in decided(state).only("text", "author_name", "markup")[:most].iterator():
            yield Sample(comment.words, comment.author_name, state == State.SPAM)


def learn() -> Learnt:
    """Learn anew from all decisions and store the model; nothing when they are too few."""
    spam = decided(State.SPAM).order_by()[:MOST].count()
    good = decided(State.PUBLISHED).order_by()[:MOST].count()
    if min(spam, good) < FEWEST:
        return Learnt(spam, good, None)
    model = Bayes.trained(samples())
    with transaction.atomic():
        SpamModel.objects.all().delete()
        SpamModel.objects.create(
            version=uuid.uuid4(),
            weights=model.packed(),
            spam=spam,
            good=good,
            decisions=decided_here(),
            trained_at=timezone.now(),
        )
        transaction.on_commit(lambda: cache.delete(_KEY))
    return Learnt(spam, good, model)


def current() -> Classifier | None:
    """Return the stored model, None when nothing was learnt. One look into the cache."""
    version = cache.get(_KEY)
    if version is None:
        found = SpamModel.objects.values_list("version", flat=True).first()
        version = found.hex if found else ""
        cache.set(_KEY, version, NOTICE)
    if not version:
        return None
    if version not in _loaded:
        row = SpamModel.objects.filter(version=version).first()
        if row is None:
            return None
        _loaded.clear()
        _loaded[version] = _unpacked(row)
    return _loaded[version]


def _unpacked(row: SpamModel) -> Classifier | None:
    """Return the classifier of a row; none of an earlier release, until it is learnt anew."""
    try:
        return Classifier(Bayes.unpacked(bytes(row.weights)), row.decisions)
    except ValueError:
        return None
