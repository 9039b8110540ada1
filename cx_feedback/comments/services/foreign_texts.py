"""The spam filter of comments for texts of other rooms."""

from cx_feedback.comments.spam import (
    AuthorRecord,
    Submission,
    reaches_spam,
    score_submission,
)
from cx_feedback.comments.submission.author_key import get_author_key
from cx_feedback.comments.submission.initial_state import get_author_record, get_blocked_words
from cx_feedback.comments.submission.page_rules import get_rules
from cx_feedback.core import conf


def reads_like_spam(
    *, text: str, name: str, email: str, page_id: int | None, language: str, verified: bool
) -> bool:
    """Return whether the scorers that read words take a text for spam, were it a comment.

    Only they are asked: what a network address or a form does is counted for comments.
    """
    key = get_author_key(email=email)
    submission = Submission(
        text=text,
        name=name,
        email=email,
        page_id=page_id or 0,
        language=language,
        author_key=key,
        verified=verified,
        record=get_author_record(key) if verified else AuthorRecord(),
        blocked_words=get_blocked_words(get_rules(page_id or 0, thread=None)),
    )
    findings = score_submission(submission, text_only=True)
    return reaches_spam(findings, conf.get("COMMENTS_SCORES"))
