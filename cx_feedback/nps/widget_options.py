"""The options of an NPS widget: placement, sampling, rest periods, next steps; their defaults."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.questions.definitions import Definition

#: The fixed keys of the three questions.
SCORE, REASON, EMAIL = "score", "reason", "email"

#: Seconds, and percent of the page, after which a widget appears.
DEFAULT_SECONDS, DEFAULT_SCROLL_PERCENT = 30, 60
#: Percent of the readers who are asked.
DEFAULT_SAMPLE_PERCENT = 100
#: Days that an editor can choose at most.
LONGEST_REST = 3650


class RestDays(NamedTuple):
    """Days before a reader is asked again."""

    answered: int
    later: int
    closed: int


DEFAULT_REST = RestDays(answered=90, later=7, closed=30)


class Placement(models.TextChoices):
    """The place and time at which the widget appears."""

    INLINE = "inline", _("in the text, where the block is")
    END = "end", _("slides in at the end of the article")
    SECONDS = "seconds", _("slides in after some seconds")
    SCROLLED = "scrolled", _("slides in when part of the page has been scrolled")


class NextStep(models.TextChoices):
    """The next step that readers are offered after the thanks; WRITE is shown with the reason."""

    NOTHING = "", pgettext_lazy("NPS", "nothing")
    SHARE = "share", pgettext_lazy("NPS", "share the article")
    PAGE = "page", _("go to the page chosen below")
    WRITE = "write", _("leave an email address for an answer")


@dataclass(frozen=True)
class WidgetOptions:
    """The options of a published version, stored with its questions."""

    #: The translation key, so that a widget and its translations share their rest periods.
    family: str = ""
    placement: str = Placement.INLINE.value
    #: Seconds, or percent of the page, after which it appears.
    after: int = 0
    #: Percent of the readers who are asked, 0.01 to 100.
    sample_percent: float = float(DEFAULT_SAMPLE_PERCENT)
    #: Days before asking again after an answer, after "later" and after closing.
    rest: tuple[int, int, int] = DEFAULT_REST
    #: Ids of sections in all languages, empty for every section.
    sections: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    #: By class; "" for the widget's own thanks.
    thanks: dict[str, str] = field(default_factory=dict)
    next: dict[str, str] = field(default_factory=dict)
    #: The text of the link to the page of the next step, "" without a page.
    next_label: str = ""

    @classmethod
    def from_definition(cls, definition: Definition) -> "WidgetOptions":
        """Return the options in ``definition``, the defaults for those that are missing."""
        named: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in definition.extra.items()
        }
        return cls(**named)
