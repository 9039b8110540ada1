"""``cx_spam_report``: precision and recall of the spam classifier."""

import json
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cx_feedback.comments import services
from cx_feedback.comments.spam import (
    accuracy_report,
    generated_samples,
    learning_from_decisions,
    trial_samples,
)
from cx_feedback.comments.spam.accuracy_report import AccuracyReport
from cx_feedback.comments.spam.classifier import Sample, TextClassifier
from cx_feedback.comments.spam.classifier_fitting import measure_recall_at, train_classifier
from cx_feedback.comments.spam.feature_extraction import extract_features
from cx_feedback.comments.spam.labelled_files import read_labelled_file
from cx_feedback.comments.spam.prior import load_prior
from cx_feedback.core import conf
from cx_feedback.core.database import replicas
from cx_feedback.core.errors import InvalidInput

#: The classifier alone, and together with the scorer of links.
METHODS = (
    ("classifier", accuracy_report.measure_classifier),
    ("with links", accuracy_report.measure_scorers),
)

#: The share of honest texts called spam at which rankings are compared.
RANKING_SHARE = 0.005


class Command(BaseCommand):
    """Prints the accuracy of the spam classifier."""

    help = (
        "Print the spam classifier's precision, recall and share of honest comments called spam on "
        "two bundled test sets and on the newest fifth of this site's own decisions. With --teach "
        "and --try, train it on one file and test it on the other; the last line is JSON. "
        "Nothing is stored unless --learn is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--learn", action="store_true", help="Train the site's classifier on all decisions now."
        )
        columns = "CSV with the columns text and label (spam or ham), UTF-8"
        parser.add_argument("--teach", metavar="FILE", help=f"Training set: {columns}.")
        parser.add_argument("--try", metavar="FILE", dest="tried", help=f"Test set: {columns}.")

    @replicas.read_from_primary()
    def handle(
        self,
        *args: Any,
        learn: bool = False,
        teach: str | None = None,
        tried: str | None = None,
        **options: Any,
    ) -> None:
        if teach or tried:
            if not (teach and tried) or learn:
                raise CommandError("--teach and --try go together, and without --learn.")
            self._test_files(teach, tried)
            return
        self._test_bundled_and_own()
        if learn:
            learnt = services.train_and_measure()
            done = "learnt" if learnt.model else "too few, nothing learnt"
            self.stdout.write(f"{learnt.spam} spam, {learnt.good} good: {done}.")

    def _test_files(self, teach: str, tried: str) -> None:
        try:
            taught, held = read_labelled_file(teach), read_labelled_file(tried)
        except InvalidInput as error:
            raise CommandError(str(error)) from None
        kinds = [sum(s.is_spam is kind for s in taught) for kind in (True, False)]
        self.stdout.write(f"Taught {kinds[0]} spam and {kinds[1]} ham, tried on {len(held)}:")
        model = train_classifier(taught, load_prior()).model
        borders = self._print_method("classifier", accuracy_report.measure_classifier, model, held)
        recall = measure_ranking(model, held)
        self.stdout.write(
            f"  ranking: recall {_format_share(recall)} where {RANKING_SHARE:g} of the honest "
            "texts are called spam"
        )
        self.stdout.write(
            json.dumps(
                {
                    "borders": {name: found.as_dict() for name, found in borders.items()},
                    "ranking": {"honest_called_spam": RANKING_SHARE, "recall": recall},
                }
            )
        )

    def _test_bundled_and_own(self) -> None:
        taught = generated_samples.get_training_samples()
        self._print_all(
            "Fixed set (generated, see spam/generated_samples.py)",
            taught,
            generated_samples.get_held_out_samples(),
        )
        self._print_all(
            "Fixed set, written one by one (spam/trial_samples.py)",
            taught,
            trial_samples.get_written_samples(),
        )
        taught, held = accuracy_report.split_samples(learning_from_decisions.iterate_samples())
        kinds = [sum(s.is_spam is kind for s in taught) for kind in (True, False)]
        if min(kinds) < learning_from_decisions.MIN_DECISIONS:
            self.stdout.write(
                f"This site's decisions: too few ({kinds[0]} spam, {kinds[1]} good; "
                f"{learning_from_decisions.MIN_DECISIONS} of each are needed)."
            )
        else:
            self._print_all("This site's decisions", taught, held)

    def _print_all(self, title: str, taught: list[Sample], held: list[Sample]) -> None:
        self.stdout.write(f"{title}: {len(taught)} taught, {len(held)} held out")
        model = train_classifier(taught, load_prior()).model
        for name, by in METHODS:
            self._print_method(name, by, model, held)

    def _print_method(
        self, name: str, by: Any, model: TextClassifier, held: list[Sample]
    ) -> dict[str, AccuracyReport]:
        """Print and return the results at each threshold."""
        found: dict[str, AccuracyReport] = {}
        for border, points in conf.get("COMMENTS_SCORES").items():
            at = found[border] = accuracy_report.measure_samples(model, held, points=points, by=by)
            self.stdout.write(
                f"  {name}, {points:g} points ({border}): "
                f"precision {_format_share(at.precision)}, recall {_format_share(at.recall)}, "
                f"honest called spam {_format_share(at.honest_called_spam)} "
                f"({at.caught} caught, {at.missed} missed, {at.wrong} wrongly)"
            )
        return found


def measure_ranking(model: TextClassifier, held: list[Sample]) -> float | None:
    """Return the recall at the fixed share of honest texts, None without both kinds."""
    is_spam = np.array([sample.is_spam for sample in held], dtype=bool)
    if not is_spam.any() or is_spam.all():
        return None
    features = (extract_features(sample.text, sample.name) for sample in held)
    odds = np.array([model.compute_odds(each) for each in features])
    return measure_recall_at(odds, is_spam, RANKING_SHARE)


def _format_share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
