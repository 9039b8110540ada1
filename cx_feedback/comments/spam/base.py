"""The base class of scorers, with their input and output (docs/explanation/spam.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.core.text.text_folding import fold_text, get_shown_text

if TYPE_CHECKING:
    from cx_feedback.comments.spam.feature_extraction import TextFeatures


@dataclass(frozen=True)
class AuthorRecord:
    """The decisions on earlier comments of a verified author."""

    approved: int = 0
    #: Rejected comments and spam.
    refused: int = 0


@dataclass(frozen=True)
class Submission:
    """A submitted comment with what is known about its author."""

    text: str
    #: The HTML to display. Rendered from ``text`` by default.
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
    #: Whether the author is logged in with an account of the staff.
    by_staff: bool = False
    #: Seconds from the first character to submission, None without the browser's script.
    seconds: float | None = None
    #: True if the hidden field was filled in.
    trapped: bool = False
    #: The site's blocked words and phrases.
    blocked_words: tuple[str, ...] = ()
    #: The IP address of the request, which is never stored.
    address: str = field(default="", repr=False)
    agent: str = ""

    @cached_property
    def folded(self) -> str:
        """The text as normalized by ``fold_text``."""
        return fold_text(self.text)

    @cached_property
    def features(self) -> "TextFeatures":
        """The features of text and name for the classifier, worked out once."""
        from cx_feedback.comments.spam.feature_extraction import extract_features

        return extract_features(self.text, self.name)

    @cached_property
    def clean_html(self) -> str:
        """The HTML that readers would get."""
        return self.html or render_markdown(self.text)

    @cached_property
    def shown(self) -> str:
        """The text that readers would see, without markup."""
        return get_shown_text(self.clean_html)


@dataclass(frozen=True)
class SpamFinding:
    """The result of a scorer."""

    scorer: str
    points: float
    detail: dict[str, Any] = field(default_factory=dict)
    #: A moderator must review the comment, regardless of the points.
    hold: bool = False
    #: The finding says little about this comment, so it can't make it spam: the comment must
    #: reach the threshold for review without these points. See ``pipeline.reaches_spam``.
    only_holds: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return what ``Comment.spam_findings`` keeps."""
        stored = {"scorer": self.scorer, "points": round(self.points, 2), "detail": self.detail}
        return {**stored, "only_holds": True} if self.only_holds else stored


class Scorer:
    """Scores one aspect of a comment. Positive points mean spam, negative ones the opposite."""

    #: Stored with each finding: lower case, must never change.
    name: ClassVar[str]
    #: True if the scorer needs only the text, so that it is called again for edited comments.
    reads_words: ClassVar[bool] = False

    #: True if the scorer uses the network. It is called by a task after the comment was stored,
    #: and called again if it raises an exception.
    asks_network: ClassVar[bool] = False

    #: True if ``report`` must be called with moderators' decisions, for network scorers only.
    takes_reports: ClassVar[bool] = False

    def wants(self, submission: Submission) -> bool:
        """Return whether ``submission`` must wait for the answer of this scorer."""
        return True

    def score(self, submission: Submission) -> SpamFinding | None:
        """Return a finding or None. Exceptions are logged and ignored."""
        raise NotImplementedError

    def report(self, submission: Submission, *, is_spam: bool) -> None:
        """Report a moderator's decision. Called by a task, and again if it raises an exception."""

    def describe(self, detail: Mapping[str, Any]) -> str:
        """Return a description of a stored finding for moderators."""
        raise NotImplementedError

    def build_finding(
        self, points: float, *, hold: bool = False, only_holds: bool = False, **detail: Any
    ) -> SpamFinding:
        return SpamFinding(self.name, points, detail, hold, only_holds)
