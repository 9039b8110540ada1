"""Search in comments: without accents and case, words in any order, on every database."""

from django.db.models import QuerySet

from cx_feedback.comments.models import Comment
from cx_feedback.comments.models.search_text import fold_for_search

#: The characters of a search that are used, and the words.
MAX_LENGTH, MAX_WORDS = 200, 8


def search_comments(comments: QuerySet[Comment], query: str) -> QuerySet[Comment]:
    """Return the comments whose name, address or text has all words of ``query``, or parts.

    What has no word, such as a mark alone, finds nothing.
    """
    words = fold_for_search(query[:MAX_LENGTH]).split()[:MAX_WORDS]
    if not words:
        return comments.none()
    for word in words:
        comments = comments.filter(search_text__contains=word)
    return comments
