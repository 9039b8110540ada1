"""Guesses the meaning of a file's columns from the names that other programs give them."""

import re
from collections.abc import Iterable

from cx_feedback.core.text.text_folding import normalize_text
from cx_feedback.newsletter.imports.row_reader import COLUMNS

#: Our column names to other names, in lower case without accents and punctuation. Contains those
#: of exports from Mailchimp, Brevo, MailerLite, listmonk and Ghost.
_ALSO_CALLED = {
    "email": "emailaddress emailadress emailadresse mail correo correoelectronico"
    " direcciondecorreo",
    "name": "firstname fullname nombre nombrecompleto nombredepila vorname",
    "language": "lang locale idioma lengua sprache",
    "time_zone": "timezone zonahoraria",
    "list": "mailinglist lists newsletter lista boletin",
    "topics": "topicnames tags temas etiquetas intereses interests",
    "consent_wording": "consenttext wording texto consentimiento textodelconsentimiento",
    "consent_date": "confirmtime optintime optindate subscribedat subscribed signupdate "
    "dateadded confirmeddate fecha fechadealta fechadelconsentimiento createdat",
}

_SIGNS = re.compile(r"[^a-z0-9]")


def guess_columns(headings: Iterable[str]) -> dict[str, str]:
    """Map our column names to the ``headings`` that most likely mean them, each used once."""
    by_word = {_normalize_heading(heading): heading for heading in reversed(list(headings))}
    found: dict[str, str] = {}
    for name in COLUMNS:
        for word in (_normalize_heading(name), *_ALSO_CALLED.get(name, "").split()):
            if word in by_word:
                found[name] = by_word.pop(word)
                break
    return found


def _normalize_heading(heading: str) -> str:
    letters = normalize_text("NFKD", heading.casefold())
    return _SIGNS.sub("", letters)
