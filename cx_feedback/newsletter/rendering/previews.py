"""Previews of mails in the editor, as HTML and plain text in each language."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import pgettext
from wagtail.coreutils import get_content_languages

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.text import languages

TEXT = "text"


def get_preview_modes(*, of_each_language: bool = False, mails: int = 1) -> list[tuple[str, str]]:
    """Return the preview modes with their labels, first those of the default language.

    A series has all of them for each of its ``mails``.
    """
    labels = {"": pgettext("newsletter", "HTML"), TEXT: pgettext("newsletter", "Plain text")}
    found = list(labels.items())
    if of_each_language:
        others = dict(get_content_languages())
        others.pop(languages.get_mail_language(""), None)
        for code, language in others.items():
            found += [(f"{kind}:{code}", f"{label} ({language})") for kind, label in labels.items()]
    return found + [
        (f"{mode}{':' * (2 - mode.count(':'))}{place}", _describe_later_mail(place, label))
        for place in range(2, mails + 1)
        for mode, label in found
    ]


def _describe_later_mail(place: int, label: str) -> str:
    return pgettext("newsletter", "Email %(n)d: %(how)s") % {"n": place, "how": label}


def get_mode_language(mode: str) -> str:
    """Return the language of a preview mode, "" for the default language."""
    return _split_mode(mode)[1]


def get_mode_position(mode: str) -> int:
    """Return the position of a preview mode's mail in its series, 1 for the first."""
    place = _split_mode(mode)[2]
    return parse_id(place, digits=4) or 1


def _split_mode(mode: str) -> list[str]:
    """Return kind, language and position of a mode, followed by empty strings."""
    return [*mode.split(":"), "", ""]


def build_response(mail: Any, mode: str) -> HttpResponse:
    """Return the response that shows the rule or issue ``mail`` in this mode.

    Rendered by a template, since models must not import renderers.
    """
    is_text = mode.partition(":")[0] == TEXT
    name = f"cx_feedback/newsletter/mail/preview.{'txt' if is_text else 'html'}"
    return HttpResponse(
        render_to_string(name, {"object": mail, "mode": mode}),
        content_type=f"text/{'plain' if is_text else 'html'}; charset=utf-8",
    )
