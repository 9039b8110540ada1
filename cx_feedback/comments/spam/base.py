"""What every scorer sees and gives. A site's own scorers begin here (docs/spam.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from cx_feedback.comments.rendering.text_cleaning import render_text
from cx_feedback.core.text.text_folding import fold_text, get_shown_text


@dataclass(frozen=True)
class AuthorRecord:
    """How the comments of one verified author were decided before."""

    approved: int = 0
    #: Rejected ones and spam.
    refused: int = 0


@dataclass(frozen=True)
class Submission:
    """A comment on its way in, and what is known of who sends it."""

    text: str
    #: As it will be shown; made of ``text`` where it is not given.
    html: str = field(default="", repr=False)
    name: str = ""
    email: str = ""
    page_id: int = 0
    parent_id: int | None = None
    language: str = ""
    #: Keyed hashes of author and network address, "" where there is none.
    author_key: str = ""
    client_hash: str = ""
    #: Whether the author is an account, or owns the address by proof.
    verified: bool = False
    record: AuthorRecord = field(default_factory=AuthorRecord)
    #: From the first letter to sending, as the browser's script says; None without one.
    seconds: float | None = None
    #: Whether the field that people do not see was filled in.
    trapped: bool = False
    #: The site's, one word or phrase each.
    blocked_words: tuple[str, ...] = ()
    #: Of the request; never stored.
    address: str = field(default="", repr=False)
    agent: str = ""

    @cached_property
    def folded(self) -> str:
        """The text in one form, as ``fold_text`` makes it."""
        return fold_text(self.text)

    @cached_property
    def clean_html(self) -> str:
        """The HTML that readers would get."""
        return self.html or render_text(self.text)

    @cached_property
    def shown(self) -> str:
        """The text as readers would see it, without its markup."""
        return get_shown_text(self.clean_html)


@dataclass(frozen=True)
class SpamFinding:
    """What one scorer found."""

    scorer: str
    points: float
    detail: dict[str, Any] = field(default_factory=dict)
    #: A moderator has to see it, whatever the points.
    hold: bool = False
    #: Says little against this one comment, so that it is never put aside for this: without
    #: these points it must have to wait at least. See ``pipeline.reaches_spam``.
    only_holds: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return what ``Comment.spam_findings`` keeps."""
        return {"scorer": self.scorer, "points": round(self.points, 2), "detail": self.detail}


class Scorer:
    """Looks at one thing. Positive points speak for spam, negative ones against it."""

    #: Stored with the signal: small letters, never changed later.
    name: ClassVar[str]
    #: Whether it only reads the words, so that an edited comment is shown to it again.
    reads_words: ClassVar[bool] = False

    #: Whether it asks a network: then a task asks it, after the comment was stored, and tries again
    #: when it raises.
    asks_network: ClassVar[bool] = False

    #: Whether ``report`` wants to hear what moderators decide, of one that asks a network.
    takes_reports: ClassVar[bool] = False

    def wants(self, submission: Submission) -> bool:
        """Return whether to store ``submission`` as one that waits for this scorer's answer."""
        return True

    def score(self, submission: Submission) -> SpamFinding | None:
        """Return what was found, None for nothing. What it raises is logged and passed over."""
        raise NotImplementedError

    def report(self, submission: Submission, *, is_spam: bool) -> None:
        """Tell the network what a moderator decided. A task calls it, again when it raises."""

    def describe(self, detail: Mapping[str, Any]) -> str:
        """Return in plain words, for moderators, what a stored signal says."""
        raise NotImplementedError

    def build_finding(
        self, points: float, *, hold: bool = False, only_holds: bool = False, **detail: Any
    ) -> SpamFinding:
        return SpamFinding(self.name, points, detail, hold, only_holds)
