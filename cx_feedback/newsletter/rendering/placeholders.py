"""The placeholders that editors can use, and the validation of texts that contain them."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.mail.messages.rendering import PLACEHOLDER

#: Names with descriptions. The link to unsubscribe is in every mail anyway.
KNOWN_PLACEHOLDERS: dict[str, Any] = {
    "name": pgettext_lazy("newsletter", "the subscriber's name"),
    "list": gettext_lazy("the name of the mailing list"),
    "site": gettext_lazy("the name of the site"),
}
_AROUND = 12
_BRACE = re.compile(r"[{}]")
_LINE_BREAK = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def check_placeholders(field: str, text: str) -> None:
    """Raise ValidationError for unknown placeholders and for braces outside placeholders."""
    errors = [
        describe_unknown(match[1])
        for match in PLACEHOLDER.finditer(text)
        if match[1] not in KNOWN_PLACEHOLDERS
    ]
    rest = PLACEHOLDER.sub("\0", text)
    if stray := _BRACE.search(rest):
        start = max(0, stray.start() - _AROUND)
        around = rest[start : stray.end() + _AROUND].replace("\0", "…")
        errors.append(
            _("The brace in “%(around)s” belongs to no placeholder. Write it like {name}.")
            % {"around": around}
        )
    if errors:
        raise ValidationError({field: errors})


def describe_unknown(name: str) -> str:
    """Return the error for an unknown placeholder, which lists the known ones."""
    known = ", ".join(f"{{{one}}}" for one in KNOWN_PLACEHOLDERS)
    return _("{%(name)s} is not a placeholder. You can use: %(known)s.") % {
        "name": name,
        "known": known,
    }


def check_header_text(field: str, text: str) -> None:
    """Raise ValidationError for characters that could begin another header."""
    if _LINE_BREAK.search(text):
        raise ValidationError(
            {field: pgettext("newsletter", "Line breaks and control characters aren't allowed.")}
        )


def add_default_name(text: str) -> str:
    """Add a default to ``{name}``, in the current language, for subscribers without a name."""
    words = pgettext("instead of a name", "reader")
    return text.replace("{name}", f"{{name|{words}}}")
