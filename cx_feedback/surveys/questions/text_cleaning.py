"""Cleaning what readers write."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.surveys.questions.base import InvalidAnswer

# What no database keeps and no page shows: controls other than tab and line feed, and halves of
# surrogate pairs.
_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def clean_words(value: object, *, most: int, fewest: int = 0, one_line: bool = False) -> str:
    """Return a reader's text as it is kept; raises InvalidAnswer.

    ``fewest`` and ``most`` are characters; on ``one_line`` any white space becomes one blank.
    """
    if not isinstance(value, str):
        raise InvalidAnswer(pgettext("survey", "Write a text."))
    text = _UNKEEPABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if one_line:
        text = " ".join(text.split())
    if not text:
        raise InvalidAnswer(pgettext("survey", "Write a text."))
    if len(text) > most:
        raise InvalidAnswer(
            _("This text has %(length)d characters; the limit is %(limit)d.")
            % {"length": len(text), "limit": most}
        )
    if len(text) < fewest:
        raise InvalidAnswer(
            ngettext("Write at least %(n)d character.", "Write at least %(n)d characters.", fewest)
            % {"n": fewest}
        )
    return text
