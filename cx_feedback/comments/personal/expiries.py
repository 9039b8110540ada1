"""Rows of this room that end by themselves."""

from django.utils.translation import pgettext_lazy

from cx_feedback.comments.services import network_scorer_reports, retention_cleanup, revisions
from cx_feedback.comments.services.author_notes import delete_notes_without_comments
from cx_feedback.core.privacy.personal_data import Expiry
from cx_feedback.core.retention_periods import get_cutoff


def _delete_refused() -> int:
    deleted = retention_cleanup.delete_refused_comments()
    delete_notes_without_comments()
    return deleted


EXPIRIES = (
    Expiry(
        "unconfirmed_follows",
        pgettext_lazy("personal data", "Following that nobody confirmed"),
        lambda now: [retention_cleanup.find_unconfirmed_follows(now)],
        retention_cleanup.delete_unconfirmed_follows,
    ),
    Expiry(
        "unverified_comments",
        pgettext_lazy("personal data", "Comments whose address nobody verified"),
        lambda now: [
            retention_cleanup.find_unverified_comments(now),
            retention_cleanup.find_verification_mails(get_cutoff("unverified_comments", now=now)),
        ],
        retention_cleanup.delete_unverified_comments,
    ),
    Expiry(
        "client_hashes",
        pgettext_lazy("personal data", "Hashes of network addresses of comments (cleared)"),
        lambda now: [retention_cleanup.find_client_hashes(now)],
        retention_cleanup.clear_client_hashes,
    ),
    Expiry(
        "spam_reports",
        pgettext_lazy("personal data", "Data for reports to spam services"),
        lambda now: [network_scorer_reports.find_old_reports(now)],
        network_scorer_reports.delete_old_reports,
    ),
    Expiry(
        "comment_revisions",
        pgettext_lazy("personal data", "Earlier texts of comments"),
        lambda now: [revisions.find_old_revisions(now)],
        revisions.delete_old_revisions,
    ),
    Expiry(
        "refused_comments",
        pgettext_lazy("personal data", "Rejected comments and spam"),
        lambda now: [retention_cleanup.find_refused_comments(now)],
        _delete_refused,
    ),
)
