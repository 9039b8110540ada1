"""Recognition of repeated requests to store the same comment."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.comments.submission import page_rules
from cx_feedback.comments.submission.comment_input import Draft
from cx_feedback.core.pages.page_access import no_such_page
from cx_feedback.readers.acts.idempotent_actions import get_account_sender
from cx_feedback.readers.acts.idempotent_insert import Attempt


@dataclass(frozen=True)
class CommentAttempt(Attempt):
    """A request to store a draft once."""

    draft: Draft

    def rows(self) -> QuerySet[Comment]:
        rows = Comment.objects.filter(thread__page_id=self.draft.page_id)
        return rows.select_related("thread", "reader")

    def says_the_same(self, row: Any) -> bool:
        """Return whether ``row`` has the same fields, or has been changed by its author since."""
        if row.edited_at is not None or row.state == State.TOMBSTONE:
            return True
        draft, parent = self.draft, self.draft.parent.pk if self.draft.parent else None
        fields = (draft.text, draft.name, draft.email, parent)
        return fields == (row.text, row.author_name, row.author_email, row.parent_id)

    def owner_of(self, row: Any) -> str:
        return get_account_sender(row.user_id) if row.user_id else super().owner_of(row)

    def sender_is_known(self) -> bool:
        return True  # a cookie without a reader does not identify the sender

    def refuse_if_gone(self) -> None:
        """Raise InvalidInput when the page was deleted a moment ago, its thread with it."""
        thread = self.draft.thread_id
        if thread and not Thread.objects.filter(pk=thread).exists():
            page_rules.clear_rules_cache()
            raise no_such_page() from None
