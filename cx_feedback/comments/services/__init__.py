"""The public write API of the comments app: keyword arguments, no request, one transaction."""

from cx_feedback.comments.services import (
    flags,
    follower_notifications,
    following,
    own_comments,
    refusal_notices,
    votes,
    waiting_alerts,
)
from cx_feedback.comments.services.author_notes import (
    add_author_note,
    delete_notes_without_comments,
)
from cx_feedback.comments.services.bans import (
    BanResult,
    ban_author,
    get_ban_keys,
    lift_ban,
)
from cx_feedback.comments.services.cache_purge import purge_due_urls
from cx_feedback.comments.services.comment_storage import ReaderSource, StoredComment, store_comment
from cx_feedback.comments.services.decisions import (
    DECISIONS,
    Decision,
    approve_comments,
    decide_on_comments,
    get_decisions,
    hide_comments,
    mark_spam,
    reject_comments,
    restore_comments,
)
from cx_feedback.comments.services.email_verification import (
    VerificationResult,
    verify_email,
)
from cx_feedback.comments.services.erasure import erase_comments
from cx_feedback.comments.services.flags import flag_comment
from cx_feedback.comments.services.highlights import (
    HIGHLIGHT_ACTIONS,
    get_highlight_actions,
    highlight_comments,
)
from cx_feedback.comments.services.manual_thread_closing import set_thread_closed
from cx_feedback.comments.services.moderator_edits import (
    REASON_LENGTH,
    delete_as_moderator,
    edit_as_moderator,
)
from cx_feedback.comments.services.moderator_replies import ReplyResult, reply_as_moderator
from cx_feedback.comments.services.network_scorer_checks import (
    get_ids_being_checked,
    run_due_checks,
)
from cx_feedback.comments.services.network_scorer_reports import (
    delete_old_reports,
    send_due_reports,
)
from cx_feedback.comments.services.objection_decisions import decide_on_objection
from cx_feedback.comments.services.objections import object_to_refusal
from cx_feedback.comments.services.own_comments import delete_comment, edit_comment, preview_edit
from cx_feedback.comments.services.retention_cleanup import (
    clear_client_hashes,
    delete_refused_comments,
    delete_unconfirmed_follows,
    delete_unverified_comments,
)
from cx_feedback.comments.services.revisions import (
    SeenComment,
    delete_old_revisions,
    get_latest_text,
    get_seen,
    parse_seen,
)
from cx_feedback.comments.services.search_text_backfill import fill_search_texts
from cx_feedback.comments.services.spam_measurement import train_and_measure
from cx_feedback.comments.services.spam_samples import draw_spam_sample, get_open_sample
from cx_feedback.comments.services.uncounted_votes import count_freed_votes
from cx_feedback.comments.services.undo import NOT_UNDOABLE, undo_decision
from cx_feedback.comments.services.votes import cast_vote
from cx_feedback.comments.services.waiting_alerts import alert_moderators

__all__ = [
    "DECISIONS",
    "HIGHLIGHT_ACTIONS",
    "NOT_UNDOABLE",
    "REASON_LENGTH",
    "BanResult",
    "Decision",
    "ReaderSource",
    "ReplyResult",
    "SeenComment",
    "StoredComment",
    "VerificationResult",
    "add_author_note",
    "alert_moderators",
    "approve_comments",
    "ban_author",
    "cast_vote",
    "clear_client_hashes",
    "count_freed_votes",
    "decide_on_comments",
    "decide_on_objection",
    "delete_as_moderator",
    "delete_comment",
    "delete_notes_without_comments",
    "delete_old_reports",
    "delete_old_revisions",
    "delete_refused_comments",
    "delete_unconfirmed_follows",
    "delete_unverified_comments",
    "draw_spam_sample",
    "edit_as_moderator",
    "edit_comment",
    "erase_comments",
    "fill_search_texts",
    "flag_comment",
    "flags",
    "follower_notifications",
    "following",
    "get_ban_keys",
    "get_decisions",
    "get_highlight_actions",
    "get_ids_being_checked",
    "get_latest_text",
    "get_open_sample",
    "get_seen",
    "hide_comments",
    "highlight_comments",
    "lift_ban",
    "mark_spam",
    "object_to_refusal",
    "own_comments",
    "parse_seen",
    "preview_edit",
    "purge_due_urls",
    "refusal_notices",
    "reject_comments",
    "reply_as_moderator",
    "restore_comments",
    "run_due_checks",
    "send_due_reports",
    "set_thread_closed",
    "store_comment",
    "train_and_measure",
    "undo_decision",
    "verify_email",
    "votes",
    "waiting_alerts",
]
