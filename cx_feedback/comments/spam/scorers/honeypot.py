from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission

POINTS = 10.0


class Trap(Scorer):
    """The hidden field that only bots fill in.

    There is no error message, so that nothing is lost if a browser filled it in, and bots learn
    nothing.
    """

    name = "trap"

    def score(self, submission: Submission) -> SpamFinding | None:
        return self.build_finding(POINTS) if submission.trapped else None

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _("A hidden field was filled in, as bots do.")
