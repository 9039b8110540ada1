"""Every write of the conversation: keyword arguments, no request, one transaction."""

from cx_feedback.comments.services import (
    flags,
    following,
    own_comments,
    votes,
)
from cx_feedback.comments.services.bans import (
    Banned,
    ban,
    kinds_of,
    lift,
)
from cx_feedback.comments.services.cache_purge import purge_due
from cx_feedback.comments.services.comment_storage import Posted, Who, post
from cx_feedback.comments.services.decisions import (
    ACTS,
    Decision,
    acts_for,
    approve,
    decide,
    hide,
    mark_spam,
    reject,
    restore,
)
from cx_feedback.comments.services.email_verification import (
    Proved,
    expire,
    forget_origins,
    prove,
)
from cx_feedback.comments.services.erasure import erase
from cx_feedback.comments.services.flags import flag
from cx_feedback.comments.services.highlights import MARKS, mark, marks_for
from cx_feedback.comments.services.moderator_replies import Answered, answer
from cx_feedback.comments.services.own_comments import delete, edit
from cx_feedback.comments.services.retention import forget_unconfirmed
from cx_feedback.comments.services.spam_checks import check_due, ids_being_checked
from cx_feedback.comments.services.spam_reports import forget_reports, report_due
from cx_feedback.comments.services.threads import set_closed
from cx_feedback.comments.services.undo import undo
from cx_feedback.comments.services.votes import vote

__all__ = [
    "ACTS",
    "MARKS",
    "Answered",
    "Banned",
    "Decision",
    "Posted",
    "Proved",
    "Who",
    "acts_for",
    "answer",
    "approve",
    "ban",
    "check_due",
    "decide",
    "delete",
    "edit",
    "erase",
    "expire",
    "flag",
    "flags",
    "following",
    "forget_origins",
    "forget_reports",
    "forget_unconfirmed",
    "hide",
    "ids_being_checked",
    "kinds_of",
    "lift",
    "mark",
    "mark_spam",
    "marks_for",
    "own_comments",
    "post",
    "prove",
    "purge_due",
    "reject",
    "report_due",
    "restore",
    "set_closed",
    "undo",
    "vote",
    "votes",
]
