from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.core.http.throttles import count_request

#: Points for each comment above ``CX_FEEDBACK["RATES"]["comment"]``, and their maximum.
EACH, MOST = 1.0, 8.0


class Rate(Scorer):
    """Many comments from one network address, which is known only as a keyed hash.

    Schools and offices share an address, so this can only hold comments.
    """

    name = "rate"

    def score(self, submission: Submission) -> SpamFinding | None:
        if not submission.client_hash:
            return None
        count, limit = count_request("comment", submission.client_hash)
        if not limit or count <= limit:
            return None
        points = min(MOST, EACH * (count - limit))
        return self.build_finding(points, only_holds=True, count=count, limit=limit)

    def describe(self, detail: Mapping[str, Any]) -> str:
        return _("%(count)s comments from one network address in a short time.") % {
            "count": detail.get("count", "")
        }
