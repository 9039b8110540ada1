"""What a reader typed into a form, to be given back on a page that cannot take it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import pgettext

#: Fields of our forms that no reader types into.
HIDDEN = frozenset(
    {
        "_charset_", "back", "begun", "challenge", "choosing", "comment", "csrfmiddlewaretoken",
        "follow", "form", "guide", "idempotency_key", "key", "lang", "leave", "list", "lists",
        "offered", "offered_lists", "offered_topics", "page", "parent", "reaction", "reason",
        "revision", "seconds", "send", "step", "time_zone", "topics", "value", "version",
        "website", "without_script",
    }
)  # fmt: skip
#: The most fields that are given back: no form of ours has so many.
MOST = 200


@dataclass(frozen=True)
class SubmittedField:
    """What was typed into one field; ``label`` is "" where nobody knows its question."""

    label: str
    text: str

    @property
    def rows(self) -> int:
        """The lines of a text area that shows it."""
        return min(12, 1 + self.text.count("\n") + len(self.text) // 60)


def get_submitted_fields(posted: QueryDict) -> list[SubmittedField]:
    """Return what was typed into a form, in its order, without what only the form itself says.

    Keys of choices are left out: they say nothing to who chose them.
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
    """Return whether ``value`` is the key of a choice: nobody types such a one."""
    if value == ":other":
        return True
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
