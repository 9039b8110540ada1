from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.protected_names import find_imitated_name, is_articles_author
from cx_feedback.core.text.quotation import quote_texts


class ImitatedNames(Scorer):
    """Holds comments under the name of the staff, of the article's author or of the site.

    Names that look alike count as the same. The finding gives no points: it is no spam.
    """

    name = "imitates"

    def score(self, submission: Submission) -> SpamFinding | None:
        if submission.by_staff:
            return None
        found = find_imitated_name(submission.name, submission.page_id)
        if not found or is_articles_author(submission.author_key, submission.page_id):
            return None
        return self.build_finding(0.0, hold=True, name=found)

    def describe(self, detail: Mapping[str, Any]) -> str:
        name = quote_texts([detail.get("name", "")])
        return _("The name looks like %s, who belongs to the site.") % name
