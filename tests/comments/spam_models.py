"""Models and accuracies of the spam detection for tests, without teaching anything."""

import uuid

from cx_feedback.comments.models import SpamModel
from cx_feedback.comments.spam import learning_from_decisions
from cx_feedback.comments.spam.classifier import TextClassifier
from cx_feedback.comments.spam.false_positive_promise import STEPS_ABOVE, Accuracy, BorderResult
from cx_feedback.comments.spam.prior import load_prior


def store_accuracy(*, honest=2000, wrong=0, spam=500, caught=400, border=6.0):
    """Store the shipped model as this site's, with an accuracy that is the same at all borders."""
    borders = tuple(BorderResult(border + step, wrong, caught) for step in STEPS_ABOVE)
    SpamModel.objects.all().delete()
    SpamModel.objects.create(
        version=uuid.uuid4(),
        weights=TextClassifier.build_empty(load_prior()).pack(),
        spam=spam,
        good=int(honest),
        # Not this site's own, so that only the other scorers speak for a comment.
        decisions=0,
        accuracy=Accuracy(honest, spam, borders).as_json(),
    )
    learning_from_decisions.cache.delete(learning_from_decisions._KEY)
