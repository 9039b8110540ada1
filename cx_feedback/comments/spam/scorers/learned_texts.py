from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.core.text.quotation import quote_texts


class LearnedTexts(Scorer):
    """The classifier that is trained with the decisions of this site's moderators.

    While there are few decisions, it can only hold comments (``training.TRUSTED_FROM``).
    """

    name = "learned"
    reads_words = True

    def score(self, submission: Submission) -> SpamFinding | None:
        from cx_feedback.comments.spam.training import get_classifier

        learnt = get_classifier()
        if learnt is None:
            return None
        text, name = submission.text, submission.name
        points = learnt.model.points(text, name)
        if abs(points) < 0.1:
            return None
        words = learnt.model.get_telling_words(text, name, spam=points > 0)
        only_holds = learnt.only_holds and points > 0
        return self.build_finding(
            points,
            only_holds=only_holds,
            spam=points > 0,
            words=words,
            decisions=learnt.decisions,
            holds=only_holds,
        )

    def describe(self, detail: Mapping[str, Any]) -> str:
        from cx_feedback.comments.spam.training import TRUSTED_FROM

        # Findings of an earlier release have a share instead.
        spam = detail.get("spam", float(detail.get("share", 0.5)) >= 0.5)
        words = quote_texts(detail.get("words", []))
        if spam:
            said = _("Similar to comments marked as spam here")
        else:
            said = _("Similar to comments approved here")
        said = f"{said}: {words}." if words else f"{said}."
        if detail.get("holds"):
            said += " " + _(
                "Until moderators have decided on %(sure)d comments (%(n)d so far), this can only "
                "make it wait."
            ) % {"sure": TRUSTED_FROM, "n": int(detail.get("decisions", 0))}
        return said
