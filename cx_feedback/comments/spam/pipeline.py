"""Asks every scorer. One that fails is logged and passed over: no comment is lost by it."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.registry import get_scorers

logger = logging.getLogger(__name__)


def score_submission(submission: Submission, *, words_only: bool = False) -> list[SpamFinding]:
    """Return what the scorers find; with ``words_only`` those that only read the words."""
    asked = [scorer for scorer in get_scorers().values() if not scorer.asks_network]
    found = (_ask_scorer(s, submission) for s in asked if s.reads_words or not words_only)
    return [signal for signal in found if signal is not None]


def get_network_scorers(submission: Submission, *, reports: bool = False) -> list[Scorer]:
    """Return the scorers that want to ask a network about ``submission``.

    With ``reports`` those of them that want to hear what moderators decide.
    """
    asked = [
        s for s in get_scorers().values() if s.asks_network and (s.takes_reports or not reports)
    ]
    return [s for s in asked if s.wants(submission)]


def score_by_network(submission: Submission) -> list[SpamFinding]:
    """Return what those scorers find; raises what they raise. Takes time: never in a request."""
    found = (scorer.score(submission) for scorer in get_network_scorers(submission))
    return [signal for signal in found if signal is not None]


def _ask_scorer(scorer: Scorer, submission: Submission) -> SpamFinding | None:
    try:
        return scorer.score(submission)
    except Exception:
        logger.exception("The spam scorer %r failed and was passed over", scorer.name)
        return None


def sum_points(signals: Iterable[SpamFinding]) -> float:
    """Return the sum of the points."""
    return round(sum(signal.points for signal in signals), 2)


def reaches_spam(signals: Iterable[SpamFinding], borders: Mapping[str, float]) -> bool:
    """Return whether a comment is put aside as spam, where no moderator sees it by itself.

    All points together reach the border of spam, and those of scorers that may put aside reach
    that of waiting: what only holds (a flood, a busy address, a young classifier) never decides.
    """
    found = list(signals)
    sure = [signal for signal in found if not signal.only_holds]
    return sum_points(found) >= borders["spam"] and sum_points(sure) >= borders["hold"]


def describe_finding(signal: Mapping[str, Any]) -> str:
    """Return in plain words what a signal of ``Comment.spam_findings`` says.

    One that nobody can read any more (a scorer that was taken out) is named.
    """
    name = str(signal.get("scorer", ""))
    scorer = get_scorers().get(name)
    try:
        return scorer.describe(signal.get("detail") or {}) if scorer else name
    except Exception:
        logger.exception("The spam scorer %r could not say what it found", name)
        return name
