"""Parse and check the fields of a letter, from the form and from JSON alike."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from rest_framework import serializers

from cx_feedback.conversations.models.conversations import NAME_LENGTH, SUBJECT_LENGTH
from cx_feedback.conversations.services.changes import TEXT_LENGTH, clean_message
from cx_feedback.conversations.services.letters import Letter
from cx_feedback.core.api.serializers import InputSerializer, PageField, TextField
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.text import email_addresses, languages
from cx_feedback.core.text.text_cleaning import clean_text

#: A field that readers do not see. Bots fill it in.
HONEYPOT = "website"
#: Who may get a letter.
EDITORS: Final = "editors"
AUTHOR: Final = "author"


class _WordsField(TextField):
    default_error_messages = {"invalid": pgettext_lazy("conversation", "This must be text.")}


class _TextField(_WordsField):
    def clean(self, text: str) -> str:
        return clean_message(text)


class _AddressField(_WordsField, serializers.EmailField):
    def clean(self, text: str) -> str:
        if not text.strip():
            raise InvalidInput(fields={"email": [_("Enter your address, so that we can answer.")]})
        return email_addresses.clean_address(text)


class _NameField(_WordsField):
    def clean(self, text: str) -> str:
        return _clean_line("name", text, NAME_LENGTH)


class _SubjectField(_WordsField):
    def clean(self, text: str) -> str:
        return _clean_line("subject", text, SUBJECT_LENGTH)


class _AddresseeField(serializers.ChoiceField):
    """The receiver of a letter; a form that names nobody known means the editors."""

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        value = dictionary.get("to", EDITORS)
        return EDITORS if isinstance(dictionary, QueryDict) and value != AUTHOR else value

    def run_validation(self, data: Any = EDITORS) -> str:
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError([_("Must be one of: %s.") % ", ".join(self.choices)])
        return data


# The name of this class is that of the schema.
class LetterIn(InputSerializer):
    text = _TextField(max_length=TEXT_LENGTH)
    email = _AddressField(help_text="Where the answer goes. It is asked whether it is yours.")
    name = _NameField(required=False, max_length=NAME_LENGTH)
    subject = _SubjectField(required=False, max_length=SUBJECT_LENGTH)
    to = _AddresseeField([EDITORS, AUTHOR], required=False)
    page = PageField(required=False, help_text="ID of the page that the letter is about.")
    lang = _WordsField(required=False, help_text="Language of the emails.")
    challenge = _WordsField(
        required=False, help_text="Solution of the challenge in a 428 response."
    )


def read_letter(data: Mapping[str, Any], *, page_id: int | None) -> Letter:
    """Return the letter in ``data``; raises InvalidInput naming every wrong field."""
    values = LetterIn.read(data)
    return Letter(
        text=values["text"],
        name=values["name"],
        email=values["email"],
        subject=values["subject"],
        to=values["to"] if page_id else EDITORS,
        page_id=page_id,
        language=languages.get_site_language(values["lang"]) or languages.get_current_language(),
    )


def is_trapped(data: Mapping[str, Any]) -> bool:
    """Return whether a bot filled in the field that readers do not see."""
    return bool(data.get(HONEYPOT))


def get_solution(data: Mapping[str, Any]) -> str:
    """Return the solution of a challenge, "" without one; raises InvalidInput for other types."""
    value = data.get(proof_of_work.FIELD) or ""
    if not isinstance(value, str):
        error = pgettext("conversation", "This must be text.")
        raise InvalidInput(fields={proof_of_work.FIELD: [error]})
    return value


def _clean_line(field: str, text: str, longest: int) -> str:
    line = clean_text(text[: longest * 4], one_line=True)
    if len(line) > longest:
        raise InvalidInput(fields={field: [_("At most %d characters.") % longest]})
    return line
