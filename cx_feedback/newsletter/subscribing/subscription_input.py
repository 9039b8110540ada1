"""Parsing of subscription requests, from forms and JSON alike; the service checks the address."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_number
from cx_feedback.core.text import languages
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone

#: A honeypot field, hidden from people. Only bots fill it in.
HONEYPOT = "website"
#: A hidden field of forms with several lists, of which one must be chosen.
CHOICE_FIELD = "choosing"
#: The most lists or topics in a request.
MAX_IDS = 100


@dataclass(frozen=True)
class SubscriptionRequest:
    """The content of a subscription request, for the default list if it names none."""

    email: str
    name: str
    list_ids: tuple[int, ...]
    topic_ids: tuple[int, ...]
    language: str
    time_zone: str
    is_trap: bool


def read_subscription_request(data: Any) -> SubscriptionRequest:
    """Parse ``email``, ``name``, ``list``, ``lists``, ``topics``, ``time_zone`` and ``lang``.

    Raises InvalidInput naming the field.
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
    """Return the text of ``field``, "" if it is missing. Raises InvalidInput for other types."""
    value = data.get(field) or ""
    if not isinstance(value, str):
        raise InvalidInput(fields={field: [pgettext("newsletter", "This must be text.")]})
    return value


def get_ids(data: Any, field: str) -> tuple[int, ...]:
    """Return the distinct ids in ``field``, one or several. Raises InvalidInput."""
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
    pk = parse_number(value, 1, 2**31 - 1)
    if pk is None:
        raise InvalidInput(fields={field: [describe_unknown(field)]})
    return pk


def describe_unknown(field: str) -> str:
    """Return the error message for an unknown id in ``field``."""
    return _("There is no such topic.") if field == "topics" else _("There is no such list.")
