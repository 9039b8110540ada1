from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, Signal, Submission
from cx_feedback.core.throttles import count_within

ABOVE, FAR_ABOVE = 2.0, 4.0


class Burst(Scorer):
    """A flood over the whole site: more guests at once than ``CX_FEEDBACK["RATES"]["burst"]``.

    It says nothing against one comment; it keeps a flood out of sight while it lasts.
    """

    name = "burst"

    def score(self, submission: Submission) -> Signal | None:
        if submission.proved or not submission.origin_key:
            return None
        count, limit = count_within("burst", "site")
        if not limit or count <= limit:
            return None
        return self.signal(FAR_ABOVE if count > 2 * limit else ABOVE, count=count)

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _("The site was being flooded: %(count)s guests' comments in a short time.") % {
            "count": detail.get("count", "")
        }
