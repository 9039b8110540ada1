from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, Signal, Submission

#: Points by the classifier's odds (natural logarithm): ODDS each, within these.
ODDS, LEAST, MOST = 0.75, -1.5, 6.0


class Learned(Scorer):
    """What the classifier learnt from the decisions of this site's own moderators."""

    name = "learned"
    reads_words = True

    def score(self, submission: Submission) -> Signal | None:
        from cx_feedback.comments.spam.learning import current

        model = current()
        if model is None:
            return None
        odds = model.odds(submission.text, submission.name)
        points = max(LEAST, min(MOST, ODDS * odds))
        if abs(points) < 0.1:
            return None
        return self.signal(points, share=round(model.probability(odds), 3))

    def describe(self, detail: Mapping[str, Any]) -> str:
        share = round(100 * float(detail.get("share", 0.5)))
        if share >= 50:
            return _("It reads like what moderators called spam here (%d %%).") % share
        return _("It reads like what moderators approved here (%d %%).") % (100 - share)
