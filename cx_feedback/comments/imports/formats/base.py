"""The interface of a file format, and the error for a file that can't be read."""

from collections.abc import Iterator
from typing import Protocol

from django.utils.translation import pgettext

from cx_feedback.comments.imports.comment_matching import CommentMatcher
from cx_feedback.comments.imports.records import Entry, Post


class UnreadableFile(Exception):
    """The file isn't an export of the expected kind, or is damaged at ``line`` (0 if unknown)."""

    def __init__(self, problem: str, line: int = 0) -> None:
        self.problem, self.line = problem, line
        where = pgettext("comment", "Line %d: ") % line if line else ""
        super().__init__(f"{where}{problem}")


class ImportFile(Protocol):
    """A file that can be read once, from beginning to end."""

    def __iter__(self) -> Iterator[Post | Entry]: ...

    def get_matcher(self) -> CommentMatcher:
        """Return the matcher that finds stored comments. Called when all of the file was read."""
        ...
