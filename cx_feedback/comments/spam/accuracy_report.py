"""Measures the accuracy of the spam detection."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cx_feedback.comments.spam.base import Submission
from cx_feedback.comments.spam.classifier import Sample, TextClassifier
from cx_feedback.comments.spam.registry import get_scorers

#: The share of a site's decisions, the newest ones, that are used for testing.
HELD_OUT_SHARE = 0.2


@dataclass(frozen=True)
class AccuracyReport:
    """The results for held-out samples with a threshold of ``points``."""

    points: float
    caught: int
    wrong: int
    missed: int
    passed: int

    @property
    def precision(self) -> float | None:
        """The share of spam among what was called spam, 0 to 1, or None if nothing was."""
        called = self.caught + self.wrong
        return self.caught / called if called else None

    @property
    def recall(self) -> float | None:
        """The share of the spam that was called spam, 0 to 1, or None if there was none."""
        spam = self.caught + self.missed
        return self.caught / spam if spam else None

    @property
    def honest_called_spam(self) -> float | None:
        """The share of good comments that were called spam, 0 to 1, or None if there were none."""
        honest = self.wrong + self.passed
        return self.wrong / honest if honest else None

    def as_dict(self) -> dict[str, float | None]:
        """Return the figures for the JSON output (see docs/explanation/spam.md)."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "honest_called_spam": self.honest_called_spam,
        }


def measure_classifier(model: TextClassifier, sample: Sample) -> float:
    """Return the points of the classifier alone."""
    return model.score_text(sample.text, sample.name)


def measure_scorers(model: TextClassifier, sample: Sample) -> float:
    """Return the points of the scorers that need only the text: classifier and links."""
    submission = Submission(text=sample.text, name=sample.name)
    links = get_scorers()["links"].score(submission)
    return measure_classifier(model, sample) + (links.points if links else 0.0)


def measure_samples(
    model: TextClassifier,
    held: Iterable[Sample],
    *,
    points: float,
    by: Callable[[TextClassifier, Sample], float] = measure_classifier,
) -> AccuracyReport:
    """Return the results for ``held``, with samples of ``points`` or more called spam.

    ``by`` computes the points of a sample.
    """
    counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for sample in held:
        counts[sample.is_spam, by(model, sample) >= points] += 1
    return AccuracyReport(
        points,
        caught=counts[True, True],
        wrong=counts[False, True],
        missed=counts[True, False],
        passed=counts[False, False],
    )


def split_samples(samples: Iterable[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Split a site's decisions, newest first, into training and test samples."""
    taught: list[Sample] = []
    held: list[Sample] = []
    kinds: dict[bool, list[Sample]] = {True: [], False: []}
    for sample in samples:
        kinds[sample.is_spam].append(sample)
    for kind in kinds.values():
        border = int(len(kind) * HELD_OUT_SHARE)
        held += kind[:border]
        taught += kind[border:]
    return taught, held
