"""The shipped model, which ranks comments from the first day.

It was taught texts of our own in English and Spanish (``python -m tests.spam_prior``), and counts
less and less beside a site's own decisions.
"""

from functools import lru_cache
from pathlib import Path

from cx_feedback.comments.spam.classifier import TextClassifier

PRIOR_PATH = Path(__file__).with_name("prior.bin")


class DamagedPrior(Exception):
    """The shipped model can't be used. Nothing is changed without it."""


@lru_cache(maxsize=1)
def load_prior() -> TextClassifier:
    """Return the shipped model. Raises DamagedPrior if its file is missing or damaged."""
    try:
        return TextClassifier.unpack(PRIOR_PATH.read_bytes())
    except (OSError, ValueError) as error:
        message = f"The shipped spam model {PRIOR_PATH} is damaged: {error}. Reinstall the package."
        raise DamagedPrior(message) from error
