"""Measures the ranking of spam, as docs/explanation/spam.md states it.

``python -m tests.spam_prior measure`` runs it.

For each set of texts it prints the recall where one in two hundred honest texts is called spam: of
the shipped model alone, with 100 texts of each kind taught and all others tried, and of five-fold
cross-validation; the last two as the texts come, and with those that are nearly the same in one
part.
"""

import csv
import random
import statistics
from collections.abc import Iterator

import numpy as np

from cx_feedback.comments.services.text_shingles import are_alike, get_shingles
from cx_feedback.comments.spam.classifier import Sample
from cx_feedback.comments.spam.classifier_fitting import measure_recall_at, train_classifier
from cx_feedback.comments.spam.feature_extraction import extract_features
from cx_feedback.comments.spam.prior import load_prior
from tests.shared_data import shared_file
from tests.spam_prior import read_texts

#: The share of the honest texts, the drawings, and the texts of each kind that are taught at most.
SHARE, DRAWINGS, TAUGHT = 0.005, 10, 100
SETS = ("youtube", "set_en", "set_es", "held_en", "held_es")


def read_set(name: str) -> list[Sample]:
    """Return the texts of a set."""
    if name != "youtube":
        return read_texts(name)
    with shared_file("youtube_spam.csv").open(encoding="utf-8") as file:
        return [Sample(row["text"], "", row["label"] == "spam") for row in csv.DictReader(file)]


def group_texts(samples: list[Sample]) -> list[list[Sample]]:
    """Return the texts in groups of nearly the same ones."""
    groups: list[tuple[set[int], list[Sample]]] = []
    for sample in samples:
        shingles = get_shingles(sample.text)
        group = next((g for known, g in groups if are_alike(known, shingles)), None)
        if group is None:
            group = []
            groups.append((shingles, group))
        group.append(sample)
    return [group for _known, group in groups]


def split_randomly(groups: list[list[Sample]], seed: int) -> tuple[list[Sample], list[Sample]]:
    """Return texts to teach, at most ``TAUGHT`` and six tenths of each kind, and the others."""
    taught: list[Sample] = []
    tried: list[Sample] = []
    chance = random.Random(seed)
    counts = [sum(s.is_spam is kind for g in groups for s in g) for kind in (False, True)]
    room = [min(TAUGHT, count * 6 // 10) for count in counts]
    for group in chance.sample(groups, len(groups)):
        kind = group[0].is_spam
        if len(group) <= room[kind] and all(s.is_spam is kind for s in group):
            room[kind] -= len(group)
            taught += group
        else:
            tried += group
    return taught, tried


def split_in_folds(
    groups: list[list[Sample]], seed: int
) -> Iterator[tuple[list[Sample], list[Sample]]]:
    """Yield the texts to teach and to try of five folds."""
    mixed = random.Random(seed).sample(groups, len(groups))
    for fold in range(5):
        others = [s for n, group in enumerate(mixed) if n % 5 != fold for s in group]
        yield others, [s for group in mixed[fold::5] for s in group]


def measure_splits(splits: Iterator[tuple[list[Sample], list[Sample]]]) -> float:
    """Return the recall over all tried texts, each by the odds of the model of its split."""
    odds: list[float] = []
    labels: list[bool] = []
    for taught, tried in splits:
        model = train_classifier(taught, load_prior()).model
        for sample in tried:
            odds.append(model.compute_odds(extract_features(sample.text)))
            labels.append(sample.is_spam)
    return measure_recall_at(np.array(odds), np.array(labels), SHARE)


def measure_all(groups: list[list[Sample]]) -> str:
    """Return the figures of few taught texts and of five folds, with the range of all drawings."""
    few = [measure_splits(iter([split_randomly(groups, n)])) for n in range(DRAWINGS)]
    folds = [measure_splits(split_in_folds(groups, n)) for n in range(DRAWINGS // 2)]
    said = []
    for name, found in (("few taught", few), ("five-fold", folds)):
        middle = statistics.median(found)
        said.append(f"{name} {middle:.2f} ({min(found):.2f} to {max(found):.2f})")
    return ", ".join(said)


def print_recalls(names: list[str]) -> None:
    """Print the figures of some sets of texts, of all for none."""
    for name in names or SETS:
        texts = read_set(name)
        odds = [load_prior().compute_odds(extract_features(s.text)) for s in texts]
        alone = measure_recall_at(np.array(odds), np.array([s.is_spam for s in texts]), SHARE)
        print(f"{name}, {len(texts)} texts: shipped model alone {alone:.2f}")
        print(f"  as they come: {measure_all([[sample] for sample in texts])}")
        groups = group_texts(texts)
        if len(groups) < len(texts):
            print(f"  in {len(groups)} groups: {measure_all(groups)}")
