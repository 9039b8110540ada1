from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission

POINTS = 10.0


class Trap(Scorer):
    """The field that people do not see and that programs fill in.

    No error: a person whose browser filled it in has lost nothing, a program has learnt nothing.
    """

    name = "trap"

    def score(self, submission: Submission) -> SpamFinding | None:
        return self.build_finding(POINTS) if submission.trapped else None

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _("A hidden field was filled in, as bots do.")
