"""The options of a placement: the way a survey appears, with its sampling and rest periods."""

import json
from dataclasses import dataclass, fields
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.placement.recontact_defaults import (
    DEFAULT_REST,
    DEFAULT_SAMPLE_PERCENT,
    REST_BETWEEN_SURVEYS,
    RestDays,
)
from cx_feedback.surveys.questions.definitions import Definition

#: Seconds, and percent of the page, after which it slides in.
DEFAULT_SECONDS, DEFAULT_SCROLL_PERCENT = 30, 60


class Placement(models.TextChoices):
    """The place and time at which a survey appears."""

    INLINE = "inline", _("in the text, where the block is")
    END = "end", _("slides in at the end of the article")
    SECONDS = "seconds", _("slides in after some seconds")
    SCROLLED = "scrolled", _("slides in when part of the page has been scrolled")


@dataclass(frozen=True)
class PlacementOptions:
    """The placement of a published version, stored with its questions."""

    #: The translation key, so that a survey and its translations share their rest periods.
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

    @classmethod
    def from_definition(cls, definition: Definition) -> Self:
        """Return the options in ``definition``, the defaults for those that are missing."""
        known = {field.name for field in fields(cls)}
        named: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v
            for k, v in definition.extra.items()
            if k in known
        }
        return cls(**named)

    @property
    def slides_in(self) -> bool:
        """Return whether it slides in, rather than standing in the text."""
        return self.placement != Placement.INLINE


def build_ask_json(options: PlacementOptions, *, is_placed: bool = False) -> str:
    """Return the settings for the page's scripts as JSON: sampling, rest periods and timing.

    ``is_placed`` is set for what appears without a block: one of them in a page view.
    """
    key = f"cx-ask-{options.family}"
    settings: dict[str, Any] = {
        "key": key,
        "share": options.sample_percent,
        "rest": {**RestDays(*options.rest)._asdict(), "others": REST_BETWEEN_SURVEYS},
    }
    if options.placement == Placement.SECONDS:
        settings["wait"] = 1000 * options.after
    elif options.placement == Placement.SCROLLED:
        settings["scrolled"] = options.after / 100
    elif options.placement == Placement.END:
        settings |= {"scrolled": 1, "at_end": True}
    elif is_placed:
        settings["one"] = True
    return json.dumps(settings, separators=(",", ":"))
