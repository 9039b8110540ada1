"""What editors may write between braces, and what is wrong with what they wrote."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.mail.messages.rendering import PLACEHOLDER

#: Name to what it stands for. An address to unsubscribe stands in every mail anyway.
KNOWN_PLACEHOLDERS: dict[str, Any] = {
    "name": pgettext_lazy("newsletter", "the subscriber's name"),
    "list": gettext_lazy("the name of the mailing list"),
    "site": gettext_lazy("the name of the site"),
}
_AROUND = 12
_BRACE = re.compile(r"[{}]")
_LINE_BREAK = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def check_placeholders(field: str, text: str) -> None:
    """Raise ValidationError for an unknown placeholder or a brace that belongs to none."""
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
    """Return the message for a placeholder that does not exist, with those that do."""
    known = ", ".join(f"{{{one}}}" for one in KNOWN_PLACEHOLDERS)
    return _("{%(name)s} is not a placeholder. You can use: %(known)s.") % {
        "name": name,
        "known": known,
    }


def check_header_text(field: str, text: str) -> None:
    """Raise ValidationError for what could begin a header of its own."""
    if _LINE_BREAK.search(text):
        raise ValidationError(
            {field: pgettext("newsletter", "Line breaks and control characters are refused.")}
        )


def add_default_name(text: str) -> str:
    """Give ``{name}`` the words of the current language for subscribers who gave none."""
    words = pgettext("instead of a name", "reader")
    return text.replace("{name}", f"{{name|{words}}}")
