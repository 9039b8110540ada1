"""How a mail is shown to who writes it: as HTML and as plain text, in each language it may have."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import pgettext
from wagtail.coreutils import get_content_languages

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.text import languages

TEXT = "text"


def get_preview_modes(*, of_each_language: bool = False, mails: int = 1) -> list[tuple[str, str]]:
    """Return the names of preview modes with their words, first those of the usual language.

    A series has those for each of its ``mails``.
    """
    words = {"": pgettext("newsletter", "HTML"), TEXT: pgettext("newsletter", "Plain text")}
    found = list(words.items())
    if of_each_language:
        others = dict(get_content_languages())
        others.pop(languages.get_mail_language(""), None)
        for code, language in others.items():
            found += [(f"{kind}:{code}", f"{word} ({language})") for kind, word in words.items()]
    return found + [
        (f"{mode}{':' * (2 - mode.count(':'))}{place}", _describe_later_mail(place, label))
        for place in range(2, mails + 1)
        for mode, label in found
    ]


def _describe_later_mail(place: int, label: str) -> str:
    return pgettext("newsletter", "Email %(n)d: %(how)s") % {"n": place, "how": label}


def get_mode_language(mode: str) -> str:
    """Return the language that a mode asks for, "" for the usual one."""
    return _split_mode(mode)[1]


def get_mode_position(mode: str) -> int:
    """Return which mail of a series a mode asks for, 1 for the first."""
    place = _split_mode(mode)[2]
    return parse_id(place, digits=4) or 1


def _split_mode(mode: str) -> list[str]:
    """Return kind, language and place, of which a mode may leave out the last ones."""
    return [*mode.split(":"), "", ""]


def build_response(mail: Any, mode: str) -> HttpResponse:
    """Return the rule or issue ``mail`` as ``mode`` asks for it.

    A template renders it, for models know no renderer.
    """
    is_text = mode.partition(":")[0] == TEXT
    name = f"cx_feedback/newsletter/mail/preview.{'txt' if is_text else 'html'}"
    return HttpResponse(
        render_to_string(name, {"object": mail, "mode": mode}),
        content_type=f"text/{'plain' if is_text else 'html'}; charset=utf-8",
    )
