"""What a form or a JSON body asks for; the same for both ways in."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text import languages
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone

#: A field that people do not see: who fills it in is a program.
HONEYPOT = "website"
#: A field of forms that offer several lists: then one has to be chosen.
CHOICE_FIELD = "choosing"
#: More lists or topics than any form offers.
MAX_IDS = 100


@dataclass(frozen=True)
class SubscriptionRequest:
    """A subscription that somebody asks for; without lists and topics, to the default list."""

    email: str
    name: str
    list_ids: tuple[int, ...]
    topic_ids: tuple[int, ...]
    language: str
    time_zone: str
    is_trap: bool


def read_subscription_request(data: Any) -> SubscriptionRequest:
    """Read ``email``, ``name``, ``list``, ``lists``, ``topics``, ``time_zone`` and ``lang``.

    Raises InvalidInput that names the field.
    """
    email, name, lang, trap = (get_text(data, f) for f in ("email", "name", "lang", HONEYPOT))
    list_ids = (*get_ids(data, "list"), *get_ids(data, "lists"))
    topic_ids = get_ids(data, "topics")
    if get_text(data, CHOICE_FIELD) and not (list_ids or topic_ids):
        raise InvalidInput(fields={"lists": [_("Choose at least one list.")]})
    return SubscriptionRequest(
        email,
        name,
        tuple(dict.fromkeys(list_ids)),
        topic_ids,
        languages.get_site_language(lang) or translation.get_language() or "",
        clean_time_zone(get_text(data, "time_zone")),
        bool(trap),
    )


def get_text(data: Any, field: str) -> str:
    """Return the text of ``field``, "" when it is missing; raises InvalidInput."""
    value = data.get(field) or ""
    if not isinstance(value, str):
        raise InvalidInput(fields={field: [pgettext("newsletter", "This must be text.")]})
    return value


def get_ids(data: Any, field: str) -> tuple[int, ...]:
    """Return the ids that ``field`` holds, one or several, each once; raises InvalidInput."""
    values = data.getlist(field) if isinstance(data, QueryDict) else data.get(field)
    if values is None:
        return ()
    values = values if isinstance(values, list) else [values]
    if len(values) > MAX_IDS:
        raise InvalidInput(fields={field: [pgettext("newsletter", "Too many items.")]})
    return tuple(
        dict.fromkeys(_parse_id(field, value) for value in values if value not in ("", None))
    )


def _parse_id(field: str, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise InvalidInput(fields={field: [describe_unknown(field)]})
    return value


def describe_unknown(field: str) -> str:
    """Return what is said of an id in ``field`` that nothing has."""
    return _("There is no such topic.") if field == "topics" else _("There is no such list.")
