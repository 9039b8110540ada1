from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.http.throttles import count_request

ABOVE, FAR_ABOVE = 2.0, 4.0
#: Seconds after the last comment above the rate for which all guests' comments still wait.
REMEMBER = 600
_FLOODED = "cx:spam:flooded"


class Burst(Scorer):
    """A flood over the whole site: more guests at once than ``CX_FEEDBACK["RATES"]["burst"]``.

    It says nothing against one comment; it keeps a flood out of sight while it lasts, and a
    while longer: programs solve proofs of work, so all guests' comments wait for a moderator.
    """

    name = "burst"

    def score(self, submission: Submission) -> SpamFinding | None:
        if submission.verified or not submission.client_hash:
            return None
        count, limit = count_request("burst", "site")
        if limit and count > limit:
            cache.set(_FLOODED, count, REMEMBER)
            return self._found(FAR_ABOVE if count > 2 * limit else ABOVE, count)
        flooded = cache.get(_FLOODED) if limit else None
        return self._found(ABOVE, flooded) if flooded else None

    def _found(self, points: float, count: int) -> SpamFinding:
        return self.build_finding(points, hold=True, only_holds=True, count=count)

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _(
            "The site was receiving a flood of comments: %(count)s from guests in a short time."
        ) % {"count": detail.get("count", "")}
