"""How a mail is shown to who writes it: as HTML and as plain text, in each language it may have."""

from typing import Protocol

from django.http import HttpResponse
from django.utils.translation import pgettext
from wagtail.coreutils import get_content_languages

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.text import languages

TEXT = "text"


class MailParts(Protocol):
    """What a preview shows."""

    @property
    def subject(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def html(self) -> str: ...


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


def build_response(parts: MailParts, mode: str) -> HttpResponse:
    """Return ``parts`` as ``mode`` asks for them."""
    if mode.partition(":")[0] == TEXT:
        text = f"{parts.subject}\n\n{parts.text}"
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return HttpResponse(parts.html)
