"""Comments that editors answer from another room, on their page."""

from dataclasses import dataclass
from typing import Any

from cx_feedback.core import signals


@dataclass(frozen=True)
class CommentOnPage:
    """A comment for whoever answers it elsewhere.

    ``seen`` has to be sent with a reply, and ``refusal`` says why this account can't reply on the
    page, "" if it can. An address is "" where the account may not, or where nothing is to be seen;
    ``text`` is what the comment says now, "" if it isn't shown or waiting.
    """

    comment_id: int
    url: str
    queue_url: str
    text: str
    seen: str
    refusal: str

    @property
    def can_reply(self) -> bool:
        """Return whether the account can reply on the page."""
        return not self.refusal


def describe_comments(comment_ids: list[int], user: Any) -> dict[int, CommentOnPage]:
    """Return comments by their ids for ``user``; those that no room has are left out."""
    found: dict[int, CommentOnPage] = {}
    if comment_ids:
        asked = {"comment_ids": comment_ids, "user": user}
        for described in signals.collect_answers(signals.comments_described, None, **asked):
            found |= described
    return found
