"""The posts and comments of an import file, in a form that is common to all systems."""

import datetime
from dataclasses import dataclass

COMMENT, VOTE, FLAG = "comment", "vote", "flag"


@dataclass(frozen=True)
class Author:
    """The author of a post. All fields but ``name`` may be empty."""

    name: str
    login: str = ""
    email: str = ""


@dataclass(frozen=True)
class Post:
    """An article, a page or a Disqus thread: what comments are about.

    ``content`` and ``excerpt`` are the HTML of the other system, **not cleaned**: a mapping must
    clean what it stores. Dates are aware. ``link`` is the URL on the other site.
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
    #: Protected by a password on the other site.
    protected: bool = False
    comments_open: bool = True
    #: The site's language that is closest to the file's, "" if the file names none.
    language: str = ""
    #: The id of the post above it, for pages in a tree.
    parent: str = ""
    #: For pages of this package's own export, by which they are found again.
    translation_key: str = ""
    #: The line of the file at which the post begins.
    line: int = 0


@dataclass(frozen=True)
class Entry:
    """A comment, pingback or trackback of a file, or a vote or flag on a comment.

    ``id`` is the other system's and unique in its source. ``parent`` is "" at the first level.
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
    #: For comments of this package's own export: the key, and the system that it was first
    #: imported from.
    key: str = ""
    source: str = ""
    external_id: str = ""
    published: datetime.datetime | None = None
    decided: datetime.datetime | None = None
    edited: datetime.datetime | None = None
    pinned: datetime.datetime | None = None
    picked: bool = False
    by_staff: bool = False
    #: For votes and flags on ``parent``: the hash of the reader, the value (1 or -1), and the
    #: reaction or reason.
    reader: str = ""
    value: int = 0
    detail: str = ""
