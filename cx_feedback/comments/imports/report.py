"""What an import did, and what it left out and why, each with its place in the file."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

#: Why something was left out, by a code that stays, with its words.
LEFT_OUT: dict[str, Any] = {
    "no-id": _("It has no id."),
    "duplicate-id": _("Its id stood in the file before."),
    "no-post": _("Its post is not in the file."),
    "post-left-out": _("Its post was left out."),
    "other-kind": _("This type is no comment of a reader."),
    "other-type": _("Posts of this type are not imported."),
    "no-date": _("It has no readable date, nor has its post."),
    "no-page": _("No page on this site has its address or slug."),
    "several-pages": _("Several pages of this site have its slug."),
    "mapping": _("Left out by the mapping."),
    "invalid-page": _("The page that the mapping made is not valid."),
    "no-comment": _("The comment that it is about is not there."),
    "no-act": _("This isn't a known kind of vote or report."),
    "not-stored": _("The database did not take it."),
}
#: What came over but not as it stood.
CHANGED: dict[str, Any] = {
    "parent-missing": _(
        "The comment it replies to is missing, so it was moved to the first level."
    ),
    "cycle": _("It answers itself by way of others: it stands at the first level."),
    "local-date": _("Its date is the site's local time, since it has none in UTC."),
    "date-of-post": _("It has no readable date: it has that of its post."),
    "no-email": _("Its email address is not valid and was removed."),
    "shortened": _("It was longer than a comment can be and was cut."),
}


@dataclass(frozen=True)
class Remark:
    """One thing that was left out, or that came over changed."""

    code: str
    what: str
    id: str = ""
    line: int = 0
    detail: str = ""

    @property
    def left_out(self) -> bool:
        return self.code in LEFT_OUT

    @property
    def words(self) -> str:
        reason = str(LEFT_OUT.get(self.code) or CHANGED[self.code])
        return f"{reason} {self.detail}".rstrip()

    @property
    def place(self) -> str:
        """Where it stands, for people: "line 12, comment 5"."""
        where = pgettext("comment", "line %d, ") % self.line if self.line else ""
        return f"{where}{WHATS[self.what]} {self.id} {self.detail}".rstrip()


#: What a remark can be about.
WHATS = {
    "comment": pgettext_lazy("of an import", "comment"),
    "pingback": pgettext_lazy("of an import", "pingback"),
    "trackback": pgettext_lazy("of an import", "trackback"),
    "post": pgettext_lazy("of an import", "post"),
    "vote": pgettext_lazy("of an import", "vote"),
    "flag": pgettext_lazy("of an import", "report"),
}


@dataclass
class Report:
    """The figures of one import. Remarks go to ``file`` as they come, a line of JSON each."""

    file: IO[str] | None = None
    #: Posts by what became of them: "created", "matched", "known".
    posts: Counter[str] = field(default_factory=Counter)
    #: New comments by their state.
    comments: Counter[str] = field(default_factory=Counter)
    #: New pingbacks and trackbacks, by kind.
    mentions: Counter[str] = field(default_factory=Counter)
    #: New votes and flags, by kind.
    acts: Counter[str] = field(default_factory=Counter)
    #: Comments, mentions, votes and flags that an import had brought before.
    known: int = 0
    #: Remarks by what they are about and code.
    remarks: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: The first remarks of each kind.
    examples: list[Remark] = field(default_factory=list)
    #: Characters that were no text in the file's encoding.
    replaced: int = 0
    #: How a file ended that was read only in part.
    broken_off: str = ""
    shown: int = 10

    def remark(self, code: str, what: str, id: str = "", line: int = 0, detail: str = "") -> None:
        """Note what was left out or changed; the codes are those of LEFT_OUT and CHANGED."""
        said = Remark(code, what, id, line, detail)
        if self.remarks[what, code] < self.shown:
            self.examples.append(said)
        self.remarks[what, code] += 1
        if self.file is not None:
            self._write(
                code=code, what=what, id=id, line=line, left_out=said.left_out, reason=said.words
            )

    @property
    def left_out(self) -> int:
        return sum(n for (_what, code), n in self.remarks.items() if code in LEFT_OUT)

    def summary(self) -> dict[str, Any]:
        """Return the figures as plain data, the last line of the report's file."""
        return {
            "posts": dict(self.posts),
            "comments": dict(self.comments),
            "mentions": dict(self.mentions),
            "acts": dict(self.acts),
            "known": self.known,
            "left_out": {f"{w}:{c}": n for (w, c), n in self.remarks.items() if c in LEFT_OUT},
            "changed": {f"{w}:{c}": n for (w, c), n in self.remarks.items() if c in CHANGED},
            "replaced_characters": self.replaced,
            "broken_off": self.broken_off,
        }

    def finish(self) -> None:
        """Write the summary as the last line."""
        if self.file is not None:
            self._write(summary=self.summary())

    def _write(self, **line: Any) -> None:
        assert self.file is not None
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
