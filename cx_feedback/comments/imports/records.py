"""What a file of another system holds, in words that are no system's own."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

COMMENT, VOTE, FLAG = "comment", "vote", "flag"


if TYPE_CHECKING:
    from cx_feedback.comments.imports.comment_matching import Identity


@dataclass(frozen=True)
class Author:
    """Who wrote a post; all but the name may be empty."""

    name: str
    login: str = ""
    email: str = ""


@dataclass(frozen=True)
class Post:
    """An article, a page or a Disqus thread: what comments hang on.

    ``content`` and ``excerpt`` are HTML as the other system kept it, **not cleaned**: a mapping
    cleans what it stores. Dates are aware. ``link`` is the address over there.
    """

    id: str
    #: "post", "page" or another type of WordPress; "thread" for Disqus.
    kind: str
    title: str = ""
    slug: str = ""
    link: str = ""
    date: datetime.datetime | None = None
    author: Author = Author("")
    content: str = ""
    excerpt: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    #: "publish", "future", "draft", "pending", "private", "trash" …
    status: str = "publish"
    #: Behind a password over there.
    protected: bool = False
    comments_open: bool = True
    #: The site's language closest to the file's, "" where it says none.
    language: str = ""
    #: The id of the post above it, for pages in a tree.
    parent: str = ""
    #: Of a page of this package's own export, to find it again after anything.
    translation_key: str = ""
    #: Where it begins in the file.
    line: int = 0


@dataclass(frozen=True)
class Entry:
    """A comment, pingback or trackback of a file, or a vote or flag on a comment.

    The id is the one over there, unique in its source; ``parent`` is "" at the first level.
    """

    id: str
    #: The id of its post.
    post: str
    written: datetime.datetime
    state: str
    parent: str = ""
    kind: str = COMMENT
    name: str = ""
    email: str = ""
    url: str = ""
    text: str = ""
    markup: str = "html"
    language: str = ""
    line: int = 0
    #: Of a comment of this package's own export: its key, and where it came from before.
    key: str = ""
    source: str = ""
    external_id: str = ""
    published: datetime.datetime | None = None
    decided: datetime.datetime | None = None
    edited: datetime.datetime | None = None
    pinned: datetime.datetime | None = None
    picked: bool = False
    by_staff: bool = False
    #: Of a vote or flag on ``parent``: whose it is; 1 or -1; its reaction or reason.
    reader: str = ""
    value: int = 0
    said: str = ""


class ImportFile(Protocol):
    """A file that can be read once, from beginning to end."""

    def __iter__(self) -> Iterator[Post | Entry]: ...

    def identity(self) -> "Identity":
        """Return how its comments are known again; asked when all was read."""
        ...
