from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.core.text.quotation import quote_texts

#: The shipped model alone speaks for no comment, and against one only where it is rather sure.
MIN_PRIOR_POINTS = 4.0


class LearnedTexts(Scorer):
    """The classifier: the shipped model, and what this site's moderators taught it."""

    name = "learned"
    reads_words = True

    def score(self, submission: Submission) -> SpamFinding | None:
        from cx_feedback.comments.spam.learning_from_decisions import get_classifier

        learnt = get_classifier()
        points = learnt.model.score_features(submission.features)
        if abs(points) < 0.1 or (not learnt.is_own and points < MIN_PRIOR_POINTS):
            return None
        words = learnt.model.get_telling_words(submission.features, spam=points > 0)
        return self.build_finding(
            points, spam=points > 0, words=words, decisions=learnt.decisions, own=learnt.is_own
        )

    def describe(self, detail: Mapping[str, Any]) -> str:
        # Findings of an earlier release have a share instead.
        spam = detail.get("spam", float(detail.get("share", 0.5)) >= 0.5)
        words = quote_texts(detail.get("words", []))
        if not detail.get("own", True):
            said = _("Reads like advertising") if spam else _("Reads like a reader's comment")
        elif spam:
            said = _("Similar to comments marked as spam here")
        else:
            said = _("Similar to comments approved here")
        return f"{said}: {words}." if words else f"{said}."
