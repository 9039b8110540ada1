"""Calls the scorers. Exceptions are logged, so that no comment is lost because of them."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.registry import get_scorers
from cx_feedback.core.text.failure_summary import format_stack

logger = logging.getLogger(__name__)


def score_submission(submission: Submission, *, text_only: bool = False) -> list[SpamFinding]:
    """Return the findings of all scorers, or of those that need only the text."""
    selected = [scorer for scorer in get_scorers().values() if not scorer.asks_network]
    found = (_ask_scorer(s, submission) for s in selected if s.reads_words or not text_only)
    return [finding for finding in found if finding is not None]


def get_network_scorers(submission: Submission, *, reports: bool = False) -> list[Scorer]:
    """Return the network scorers that need to check ``submission``.

    With ``reports``, only those that get reports of moderators' decisions.
    """
    selected = [
        s for s in get_scorers().values() if s.asks_network and (s.takes_reports or not reports)
    ]
    return [s for s in selected if s.wants(submission)]


def score_by_network(submission: Submission) -> list[SpamFinding]:
    """Return the findings of network scorers. Raises their exceptions. Not for requests."""
    found = (scorer.score(submission) for scorer in get_network_scorers(submission))
    return [finding for finding in found if finding is not None]


def _ask_scorer(scorer: Scorer, submission: Submission) -> SpamFinding | None:
    try:
        return scorer.score(submission)
    except Exception as error:
        words = "The spam scorer %r failed and was skipped\n%s"
        logger.error(words, scorer.name, format_stack(error))
        return None


def sum_points(findings: Iterable[SpamFinding]) -> float:
    """Return the sum of the points."""
    return round(sum(finding.points for finding in findings), 2)


def reaches_spam(findings: Iterable[SpamFinding], borders: Mapping[str, float]) -> bool:
    """Return whether a comment is spam, which moderators see last or not at all.

    All points together must reach the threshold for spam, and the points without ``only_holds``
    the threshold for review. So findings such as a flood or a busy address can't decide alone.
    """
    return find_put_aside_points(findings, borders) >= borders["spam"]


def find_put_aside_points(findings: Iterable[SpamFinding], borders: Mapping[str, float]) -> float:
    """Return the points by which a comment can be put aside, 0 if it only has to wait.

    See ``reaches_spam``.
    """
    found = list(findings)
    deciding = sum_points(finding for finding in found if not finding.only_holds)
    return sum_points(found) if deciding >= borders["hold"] else 0.0


def describe_finding(finding: Mapping[str, Any]) -> str:
    """Return a description of a finding of ``Comment.spam_findings``.

    Findings of scorers that were removed are described by the name of the scorer.
    """
    name = str(finding.get("scorer", ""))
    scorer = get_scorers().get(name)
    try:
        return scorer.describe(finding.get("detail") or {}) if scorer else name
    except Exception as error:
        words = "The spam scorer %r could not describe its finding\n%s"
        logger.error(words, name, format_stack(error))
        return name
