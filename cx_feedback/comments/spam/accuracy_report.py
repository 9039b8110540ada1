"""How well spam is told from the rest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cx_feedback.comments.spam.base import Submission
from cx_feedback.comments.spam.bayes import BayesClassifier, Sample
from cx_feedback.comments.spam.registry import get_scorers

#: Share of a site's decisions, the newest, that are held out.
HELD_OUT_SHARE = 0.2


@dataclass(frozen=True)
class AccuracyReport:
    """What became of the samples that were held out, at one border of points."""

    points: float
    caught: int
    wrong: int
    missed: int
    passed: int

    @property
    def precision(self) -> float | None:
        """Share of what was called spam that is, 0 to 1; None when nothing was."""
        called = self.caught + self.wrong
        return self.caught / called if called else None

    @property
    def recall(self) -> float | None:
        """Share of the spam that was called so, 0 to 1; None when there was none."""
        spam = self.caught + self.missed
        return self.caught / spam if spam else None

    @property
    def honest_called_spam(self) -> float | None:
        """Share of the honest ones that were called spam, 0 to 1; None when there were none."""
        honest = self.wrong + self.passed
        return self.wrong / honest if honest else None

    def as_dict(self) -> dict[str, float | None]:
        """Return what programs read (docs/spam.md)."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "honest_called_spam": self.honest_called_spam,
        }


def measure_classifier(model: BayesClassifier, sample: Sample) -> float:
    """Return the points of the classifier alone."""
    return model.points(sample.text, sample.name)


def measure_scorers(model: BayesClassifier, sample: Sample) -> float:
    """Return the points of all that reads words without asking anybody: links and classifier."""
    submission = Submission(text=sample.text, name=sample.name)
    links = get_scorers()["links"].score(submission)
    return measure_classifier(model, sample) + (links.points if links else 0.0)


def build_reports(
    model: BayesClassifier,
    held: Iterable[Sample],
    *,
    points: float,
    by: Callable[[BayesClassifier, Sample], float] = measure_classifier,
) -> AccuracyReport:
    """Try ``model`` on samples: spam is what ``by`` gives ``points`` or more."""
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
    """Part a site's decisions, the newest of each kind first, into taught and held-out ones."""
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
