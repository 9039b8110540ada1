"""Which column of a file is what, by the names that people and other programs give them."""

import re
from collections.abc import Iterable

from cx_feedback.core.text.text_folding import normalize_text
from cx_feedback.newsletter.imports.file_reader import COLUMNS

#: Our names to others for the same, in small letters without accents and signs. Exports of
#: Mailchimp, Brevo, MailerLite, listmonk and Ghost are among them.
_ALSO_CALLED = {
    "email": "emailaddress emailadress mail correo correoelectronico direcciondecorreo",
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
    """Return our names to the ``headings`` that most likely hold them, each used once."""
    by_word = {_normalize_heading(heading): heading for heading in reversed(list(headings))}
    found: dict[str, str] = {}
    for name in COLUMNS:
        for word in (_normalize_heading(name), *_ALSO_CALLED.get(name, "").split()):
            if word in by_word:
                found[name] = by_word.pop(word)
                break
    return found


def _normalize_heading(words: str) -> str:
    letters = normalize_text("NFKD", words.casefold())
    return _SIGNS.sub("", letters)
