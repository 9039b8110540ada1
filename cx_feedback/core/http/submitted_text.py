"""The input of a reader, to be shown again on a page that rejects the form."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import pgettext

#: Fields of our forms without text of the reader.
HIDDEN = frozenset(
    {
        "_charset_", "back", "begun", "challenge", "choosing", "comment", "csrfmiddlewaretoken",
        "do", "follow", "form", "guide", "idempotency_key", "key", "lang", "leave", "list",
        "lists", "offered", "offered_lists", "offered_topics", "page", "parent", "rating",
        "reaction", "reason", "revision", "seconds", "send", "step", "sure", "time_zone", "to",
        "topics", "value", "version", "website", "without_script",
    }
)  # fmt: skip
#: The most fields that are shown again, more than any form has.
MOST = 200


@dataclass(frozen=True)
class SubmittedField:
    """The text of a field; ``label`` is "" if its question is unknown."""

    label: str
    text: str

    @property
    def rows(self) -> int:
        """Return the lines of a text area for the text."""
        return min(12, 1 + self.text.count("\n") + len(self.text) // 60)


def get_submitted_fields(posted: QueryDict) -> list[SubmittedField]:
    """Return the texts of a form in order, without fields that readers don't fill in.

    Keys of choices are left out, because they mean nothing to readers.
    """
    return [
        SubmittedField(_get_field_label(name), value)
        for name, values in posted.lists()
        if name not in HIDDEN
        for value in map(str, values)
        if value.strip() and not _is_key(value)
    ][:MOST]


def _get_field_label(name: str) -> str:
    known = {
        "text": pgettext("given back", "Your text"),
        "name": pgettext("given back", "Your name"),
        "email": pgettext("given back", "Your email"),
    }
    return known.get(name, "")


def _is_key(value: str) -> bool:
    """Return whether ``value`` is the key of a choice."""
    if value == ":other":
        return True
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
