from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission


class ShadowBan(Scorer):
    """Describes the finding of shadow bans. The scorer itself finds nothing."""

    name = "shadow"

    def score(self, submission: Submission) -> SpamFinding | None:
        return None

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _("The author has a shadow ban: nobody else sees this comment.")
