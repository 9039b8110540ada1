"""Who acts: the reader whom the cookie names, or the site's account that is logged in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cx_feedback.comments.models import Comment
from cx_feedback.core.people.accounts import public_name
from cx_feedback.readers.acts.idempotency import account_as_sender
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class Actor:
    """A reader, an account, both, or neither for a request that may not speak for anybody."""

    reader: Reader | None = None
    user: Any = None

    @property
    def name(self) -> str:
        """The name under which readers see the account, "" for one without and for a guest."""
        return public_name(self.user) if self.user else ""

    @property
    def repeats_as(self) -> str:
        """By what a repeat of the actor's is known, "" for a guest who is no reader yet."""
        if self.user is not None:
            return account_as_sender(self.user.pk)
        return self.reader.key.hex if self.reader is not None else ""

    def wrote(self, comment: Comment) -> bool:
        """Return whether the comment is the actor's own."""
        by_reader = self.reader is not None and comment.reader_id == self.reader.pk
        return by_reader or (self.user is not None and comment.user_id == self.user.pk)

    def own(self) -> Q | None:
        """Return the condition on comments of the actor's own, None when there can be none."""
        if self.reader is None and self.user is None:
            return None
        mine = Q(reader=self.reader) if self.reader else Q()
        return mine | Q(user=self.user) if self.user else mine
