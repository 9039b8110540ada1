from collections.abc import Mapping
from typing import Any

from django.utils.translation import ngettext, pgettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission

APPROVED, REFUSED, MOST = -0.5, 1.5, 4.5


class AuthorRecordScorer(Scorer):
    """The decisions on the author's earlier comments.

    Only for verified authors, since anybody can type somebody else's address. It says nothing
    about this text, so it can only hold comments.
    """

    name = "record"

    def score(self, submission: Submission) -> SpamFinding | None:
        record = submission.record
        if not submission.verified or not (record.approved or record.refused):
            return None
        points = max(-2.0, APPROVED * record.approved) + min(MOST, REFUSED * record.refused)
        return self.build_finding(
            points, only_holds=points > 0, approved=record.approved, refused=record.refused
        )

    def describe(self, detail: Mapping[str, Any]) -> str:
        approved, refused = int(detail.get("approved", 0)), int(detail.get("refused", 0))
        said = []
        if approved:
            words = ngettext(
                "%d comment approved before.", "%d comments approved before.", approved
            )
            said.append(words % approved)
        if refused:
            words = ngettext("%d comment refused before.", "%d comments refused before.", refused)
            said.append(words % refused)
        return " ".join(said) or pgettext("comment", "No comment before.")
