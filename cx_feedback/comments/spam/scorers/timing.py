from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission

#: Seconds in which nobody can write a comment.
AT_ONCE = 3
#: Characters per second that nobody can type. A text may be pasted, so this gives few points.
FAST = 25
UNKNOWN_POINTS, FAST_POINTS, AT_ONCE_POINTS = 0.5, 1.0, 2.0


class Timing(Scorer):
    """The time to write the comment, as measured by the browser's script.

    It is unknown without JavaScript, and bots can send any value.
    """

    name = "timing"

    def score(self, submission: Submission) -> SpamFinding | None:
        seconds = submission.seconds
        if seconds is None:
            return self.build_finding(UNKNOWN_POINTS) if submission.client_hash else None
        if seconds < AT_ONCE:
            return self.build_finding(AT_ONCE_POINTS, seconds=round(seconds, 1))
        if len(submission.text) > FAST * seconds:
            return self.build_finding(
                FAST_POINTS, seconds=round(seconds), length=len(submission.text)
            )
        return None

    def describe(self, detail: Mapping[str, Any]) -> str:
        if "seconds" not in detail:
            return _("Sent without JavaScript, so we can't tell how long it took to write.")
        seconds = int(detail["seconds"])
        if "length" not in detail:
            words = ngettext(
                "Sent about %(n)d second after the form was opened.",
                "Sent about %(n)d seconds after the form was opened.",
                seconds,
            )
            return words % {"n": seconds}
        words = ngettext(
            "%(length)d characters in %(n)d second: pasted, or a program.",
            "%(length)d characters in %(n)d seconds: pasted, or a program.",
            seconds,
        )
        return words % {"n": seconds, "length": detail["length"]}
