"""Problems that examinations know, and findings: problems of this installation."""

from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import Any

#: Where the documents are that findings name.
DOCS_URL = "https://github.com/wagtail-cx-feedback/wagtail-cx-feedback/blob/main/"
#: The document with all findings, for those that no other one explains.
DOCTOR_PAGE = "docs/reference/doctor.md"


class Level(StrEnum):
    """The severity of a finding. An unknown is what could not be examined."""

    ERROR = "error"
    WARNING = "warning"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or that could not be examined."""

    level: Level
    #: Stable; "cx_doctor.<code>" in SILENCED_SYSTEM_CHECKS leaves the finding out. The id of a
    #: system check for what Django's checks say.
    code: str
    what: str
    #: What to paste, "" if there is nothing to paste.
    line_to_paste: str
    #: The document that explains it, as a path of the repository.
    docs_page: str
    #: Whether its words are in English whatever the language is, like those of system checks.
    is_in_english: bool = False

    @property
    def docs_url(self) -> str:
        """The address of the document, of our own page with the place of this finding."""
        place = "system-checks" if "." in self.code else self.code
        anchor = f"#{place}" if self.docs_page == DOCTOR_PAGE else ""
        return f"{DOCS_URL}{self.docs_page}{anchor}"


@dataclass(frozen=True)
class Problem:
    """A problem that an examination can find."""

    code: str
    level: Level
    #: A translated text, with ``%(name)s`` for the values of a finding.
    what: Any
    #: With ``$name`` for the values of a finding.
    line: str = ""
    docs_page: str = DOCTOR_PAGE

    def build_finding(self, **values: Any) -> Finding:
        """Return the finding of this problem with ``values``."""
        what = str(self.what)
        return Finding(
            level=self.level,
            code=self.code,
            what=what % values if values else what,
            line_to_paste=Template(self.line).safe_substitute(values),
            docs_page=self.docs_page,
        )
