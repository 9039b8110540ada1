from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.http.throttles import count_request

ABOVE, FAR_ABOVE = 2.0, 4.0
#: Seconds after the last comment above the rate during which all guests' comments are held.
FLOOD_SECONDS = 600
_FLOOD_KEY = "cx:spam:flooded"


class Burst(Scorer):
    """A flood on the whole site: more guests than ``CX_FEEDBACK["RATES"]["burst"]`` allows.

    It says nothing about a single comment. While the flood lasts and for some time after it, all
    guests' comments are held for a moderator, since bots can solve proofs of work.
    """

    name = "burst"

    def score(self, submission: Submission) -> SpamFinding | None:
        if submission.verified or not submission.client_hash:
            return None
        count, limit = count_request("burst", "site")
        if limit and count > limit:
            cache.set(_FLOOD_KEY, count, FLOOD_SECONDS)
            return self._build_flood_finding(FAR_ABOVE if count > 2 * limit else ABOVE, count)
        flooded = cache.get(_FLOOD_KEY) if limit else None
        return self._build_flood_finding(ABOVE, flooded) if flooded else None

    def _build_flood_finding(self, points: float, count: int) -> SpamFinding:
        return self.build_finding(points, hold=True, only_holds=True, count=count)

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _(
            "The site was receiving a flood of comments: %(count)s from guests in a short time."
        ) % {"count": detail.get("count", "")}
