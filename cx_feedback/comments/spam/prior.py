"""The shipped model, which ranks comments from the first day.

It was taught texts of our own in English and Spanish (``python -m tests.spam_prior``), and counts
less and less beside a site's own decisions.
"""

from functools import lru_cache
from pathlib import Path

from cx_feedback.comments.spam.classifier import TextClassifier
from cx_feedback.comments.spam.word_vectors import VECTORS_PATH, DamagedVectors, load_vectors

PRIOR_PATH = Path(__file__).with_name("prior.bin")
_MESSAGE = "The shipped spam model %s is damaged: %s. Reinstall the package."


class DamagedPrior(Exception):
    """A file of the shipped model can't be used. Nothing is changed without it."""


@lru_cache(maxsize=1)
def load_prior() -> TextClassifier:
    """Return the shipped model. Raises DamagedPrior if a file of it is missing or damaged."""
    try:
        load_vectors()
    except DamagedVectors as error:
        raise DamagedPrior(_MESSAGE % (VECTORS_PATH, error)) from error
    try:
        return TextClassifier.unpack(PRIOR_PATH.read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedPrior(_MESSAGE % (PRIOR_PATH, error)) from error
