"""Search texts of comments that were stored without one: by an earlier version, or past the ORM."""

from django.db import transaction

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.models.search_text import build_search_text

#: Rows per transaction.
BATCH_SIZE = 500
#: What is stored where nothing can be found, so that the row is not read again.
_NOTHING = " "


def fill_search_texts() -> int:
    """Write the missing search texts, by key range, and return their number.

    Each range is stored before the next is read: what a crash leaves is found by the next run.
    Can run concurrently.
    """
    done, last = 0, 0
    while True:
        with transaction.atomic():
            rows = _get_missing_rows(last)
            for row in rows:
                found = build_search_text(row.author_name, row.author_email, row.plain_text)
                row.search_text = found or _NOTHING
            # The rows are locked: an edit meanwhile would be overwritten.
            Comment.objects.bulk_update(rows, ["search_text"])
        if not rows:
            return done
        done, last = done + len(rows), rows[-1].pk


def _get_missing_rows(after: int) -> list[Comment]:
    rows = Comment.objects.filter(search_text="", pk__gt=after)
    rows = rows.exclude(state__in=[State.TOMBSTONE, State.ERASED]).order_by("pk")
    fields = ("pk", "author_name", "author_email", "text", "markup", "search_text")
    locked = rows.select_for_update(skip_locked=True, of=("self",)).only(*fields)
    return list(locked[:BATCH_SIZE])
