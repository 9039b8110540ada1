"""Search in comments: without accents and case, words in any order, on every database."""

from django.db.models import QuerySet

from cx_feedback.comments.models import Comment
from cx_feedback.core.text.search_folding import filter_by_words


def search_comments(comments: QuerySet[Comment], query: str) -> QuerySet[Comment]:
    """Return the comments whose name, address or text has all words of ``query``, or parts.

    What has no word, such as a mark alone, finds nothing.
    """
    return filter_by_words(comments, query)
