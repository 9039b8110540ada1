"""``python -m tests.spam_prior``: teach the shipped spam model anew from texts of our own.

The texts (``tests/comments/spam_texts/prior_*.txt``) begin with "spam" or "ham". Those of the other
files there are never taught: they measure it.
"""

from pathlib import Path

from cx_feedback.comments.spam.classifier import Sample
from cx_feedback.comments.spam.classifier_training import train_classifier
from cx_feedback.comments.spam.prior import PRIOR_PATH

TEXTS = Path(__file__).parent / "comments" / "spam_texts"
#: The files that are taught.
TAUGHT = ("prior_en", "prior_es", "prior2_en", "prior2_es", "prior3_en", "prior3_es")


def read_texts(*names: str) -> list[Sample]:
    """Return the texts of some files."""
    samples = []
    for name in names:
        for line in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            label, _space, text = line.partition(" ")
            assert label in ("spam", "ham"), line
            samples.append(Sample(text, "", label == "spam"))
    return samples


def main() -> None:
    taught = train_classifier(read_texts(*TAUGHT))
    PRIOR_PATH.write_bytes(taught.model.pack())
    print(f"{PRIOR_PATH}: {PRIOR_PATH.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
