"""The report of an import: its counts, and what was left out or changed and why."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

#: Reasons for leaving something out, by stable code.
LEFT_OUT: dict[str, Any] = {
    "no-id": _("It has no ID."),
    "duplicate-id": _("Its ID is already used in the file."),
    "no-post": _("Its post is not in the file."),
    "post-left-out": _("Its post was left out."),
    "other-kind": _("This type isn't a reader's comment."),
    "other-type": _("Posts of this type are not imported."),
    "no-date": _("Neither it nor its post has a readable date."),
    "no-page": _("No page on this site has its address or slug."),
    "several-pages": _("Several pages of this site have its slug."),
    "mapping": _("Left out by the mapping."),
    "invalid-page": _("The page that the mapping created isn't valid."),
    "no-comment": _("The comment it refers to is missing."),
    "no-act": _("This isn't a known kind of vote or report."),
    "not-stored": _("The database rejected it."),
}
#: Changes to what was imported, by stable code.
CHANGED: dict[str, Any] = {
    "parent-missing": _(
        "The comment it replies to is missing, so it was moved to the first level."
    ),
    "cycle": _("It replies to itself through others, so it was moved to the first level."),
    "local-date": _("Its date is the site's local time, since it has none in UTC."),
    "date-of-post": _("It has no readable date, so it got the date of its post."),
    "no-email": _("Its email address is not valid and was removed."),
    "shortened": _("It was longer than a comment can be and was cut."),
}


@dataclass(frozen=True)
class Remark:
    """A note about an item that was left out or changed."""

    code: str
    subject: str
    id: str = ""
    line: int = 0
    detail: str = ""

    @property
    def left_out(self) -> bool:
        return self.code in LEFT_OUT

    @property
    def text(self) -> str:
        reason = str(LEFT_OUT.get(self.code) or CHANGED[self.code])
        return f"{reason} {self.detail}".rstrip()

    @property
    def place(self) -> str:
        """The position in the file as text: "line 12, comment 5"."""
        where = pgettext("comment", "line %d, ") % self.line if self.line else ""
        return f"{where}{SUBJECT_LABELS[self.subject]} {self.id} {self.detail}".rstrip()


#: Labels of what a remark can be about.
SUBJECT_LABELS = {
    "comment": pgettext_lazy("of an import", "comment"),
    "pingback": pgettext_lazy("of an import", "pingback"),
    "trackback": pgettext_lazy("of an import", "trackback"),
    "post": pgettext_lazy("of an import", "post"),
    "vote": pgettext_lazy("of an import", "vote"),
    "flag": pgettext_lazy("of an import", "report"),
}


@dataclass
class ImportReport:
    """The counts of one import. Remarks are written to ``file`` at once, one line of JSON each."""

    file: IO[str] | None = None
    #: Posts by result: "created", "matched", "known".
    posts: Counter[str] = field(default_factory=Counter)
    #: New comments by their state.
    comments: Counter[str] = field(default_factory=Counter)
    #: New pingbacks and trackbacks, by kind.
    mentions: Counter[str] = field(default_factory=Counter)
    #: New votes and flags, by kind.
    votes: Counter[str] = field(default_factory=Counter)
    #: Comments, mentions, votes and flags of an earlier import.
    known: int = 0
    #: Number of remarks by subject and code.
    remarks: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: The first remarks of each kind.
    examples: list[Remark] = field(default_factory=list)
    #: Characters that could not be decoded.
    replaced: int = 0
    #: The error that ended the reading of a partly imported file.
    broken_off: str = ""
    max_examples: int = 10

    def add_remark(
        self, code: str, subject: str, id: str = "", line: int = 0, detail: str = ""
    ) -> None:
        """Add a note with a code of LEFT_OUT or CHANGED."""
        remark = Remark(code, subject, id, line, detail)
        if self.remarks[subject, code] < self.max_examples:
            self.examples.append(remark)
        self.remarks[subject, code] += 1
        if self.file is not None:
            self._write(
                code=code,
                subject=subject,
                id=id,
                line=line,
                left_out=remark.left_out,
                reason=remark.text,
            )

    @property
    def left_out(self) -> int:
        return sum(n for (_subject, code), n in self.remarks.items() if code in LEFT_OUT)

    def summary(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "posts": dict(self.posts),
            "comments": dict(self.comments),
            "mentions": dict(self.mentions),
            "votes": dict(self.votes),
            "known": self.known,
            "left_out": {f"{s}:{c}": n for (s, c), n in self.remarks.items() if c in LEFT_OUT},
            "changed": {f"{s}:{c}": n for (s, c), n in self.remarks.items() if c in CHANGED},
            "replaced_characters": self.replaced,
            "broken_off": self.broken_off,
        }

    def write_summary(self) -> None:
        """Write the summary as the last line."""
        if self.file is not None:
            self._write(summary=self.summary())

    def _write(self, **line: Any) -> None:
        assert self.file is not None
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
