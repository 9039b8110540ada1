"""``python -m tests.spam_prior``: teach the shipped spam model anew from texts of our own.

The texts (``tests/comments/spam_texts/prior_*.txt``) begin with "spam" or "ham". Those of the other
files there are never taught: they measure it, by ``python -m tests.spam_prior measure [SET …]``
(see ``spam_recall``).
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cx_feedback.comments.spam.classifier import Sample

TEXTS = Path(__file__).parent / "comments" / "spam_texts"
#: The files that are taught.
TAUGHT = tuple(
    f"prior{part}_{language}" for part in ("", 2, 3, 4, 5, 6, 7) for language in ("en", "es")
)


def read_texts(*names: str) -> "list[Sample]":
    """Return the texts of some files."""
    from cx_feedback.comments.spam.classifier import Sample

    samples = []
    for name in names:
        for line in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            label, _space, text = line.partition(" ")
            assert label in ("spam", "ham"), line
            samples.append(Sample(text, "", label == "spam"))
    return samples


def build_prior() -> bytes:
    """Return the content of the file of the shipped model."""
    from cx_feedback.comments.spam.classifier_fitting import train_classifier

    return train_classifier(read_texts(*TAUGHT)).model.pack()


def main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    if arguments[:1] == ["measure"]:
        from tests.spam_recall import print_recalls

        print_recalls(arguments[1:])
        return
    from cx_feedback.comments.spam.prior import PRIOR_PATH

    PRIOR_PATH.write_bytes(build_prior())
    print(f"{PRIOR_PATH}: {PRIOR_PATH.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
