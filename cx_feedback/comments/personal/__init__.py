"""Personal data of this room: comments and what was done to them, reactions of readers, bans.

An erasure goes in this order: notes and bans are found by the comments of their author.
"""

from cx_feedback.comments.personal.expiries import EXPIRIES
from cx_feedback.comments.personal.not_personal import NOT_PERSONAL
from cx_feedback.comments.personal.of_authors import OF_AUTHORS
from cx_feedback.comments.personal.of_comments import OF_COMMENTS
from cx_feedback.comments.personal.of_readers import OF_READERS
from cx_feedback.core.privacy.personal_data import Declaration

PERSONAL_DATA: tuple[Declaration, ...] = (
    *OF_AUTHORS,
    *OF_COMMENTS,
    *OF_READERS,
    *EXPIRIES,
    *NOT_PERSONAL,
)
