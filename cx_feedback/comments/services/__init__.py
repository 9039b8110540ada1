"""Every write of the conversation: keyword arguments, no request, one transaction."""

from cx_feedback.comments.services.conversations import set_closed
from cx_feedback.comments.services.deciding import (
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
from cx_feedback.comments.services.erasing import erase
from cx_feedback.comments.services.posting import Posted, post

__all__ = [
    "ACTS",
    "Decision",
    "Posted",
    "acts_for",
    "approve",
    "decide",
    "erase",
    "hide",
    "mark_spam",
    "post",
    "reject",
    "restore",
    "set_closed",
]
