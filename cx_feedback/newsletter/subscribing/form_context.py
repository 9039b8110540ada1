"""The context of the templates of the subscription form, the same for every reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.text import languages
from cx_feedback.newsletter.models import MailingList, Topic
from cx_feedback.newsletter.selectors import ListOffer, get_default_list
from cx_feedback.newsletter.subscribing.consent_text import get_consent_wording
from cx_feedback.newsletter.subscribing.subscription_input import CHOICE_FIELD, HONEYPOT


@dataclass(frozen=True)
class OfferedTopic:
    """The checkbox of a topic."""

    topic: Topic
    ticked: bool


@dataclass(frozen=True)
class OfferedList:
    """The checkbox of a list with those of its topics, and its consent text."""

    mailing_list: MailingList
    ticked: bool
    topics: tuple[OfferedTopic, ...]
    wording: str


def build_form_context(
    lists: Sequence[MailingList],
    page_id: int | None,
    *,
    ask_name: bool = False,
    offer_topics: bool = False,
    ticked: QueryDict | None = None,
) -> dict[str, Any]:
    """Return the context of the form for ``lists``, or for the default list if there are none.

    With several lists, the form shows checkboxes. ``mailing_list`` in the context is the first
    list, None if none takes subscriptions. ``ticked`` is what the reader has posted before.
    """
    given: Sequence[MailingList | None] = lists or [get_default_list()]
    found = [one for one in given if one is not None and one.is_open]
    topics = {one.pk: one.topics.all() if offer_topics and one.pk else () for one in found}
    chosen = _get_chosen_ids(ticked)
    offered = [
        OfferedList(
            one,
            len(found) == 1 or one.pk in chosen["lists"],
            tuple(OfferedTopic(topic, topic.pk in chosen["topics"]) for topic in topics[one.pk]),
            get_consent_wording(one),
        )
        for one in found
    ]
    return {
        "mailing_list": found[0] if found else None,
        "offered": offered,
        "several": len(found) > 1,
        "wording": get_consent_wording(found[0]) if found else "",
        "ask_name": ask_name,
        "honeypot": HONEYPOT,
        "choosing": CHOICE_FIELD,
        "cx_page_id": page_id,
        "cx_lang": languages.get_current_language(),
    }


def build_posted_form_context(posted: QueryDict, page_id: int | None) -> dict[str, Any]:
    """Return the context of the form as it was ``posted``, for the page with the errors."""
    offered = {name: posted.getlist(f"offered_{name}") for name in ("lists", "topics")}
    ids = _parse_numbers(offered["lists"]) or _parse_numbers(posted.getlist("list"))
    lists = list(MailingList.objects.filter(pk__in=ids).order_by("pk")) if ids else []
    context = build_form_context(
        lists,
        page_id,
        ask_name="name" in posted,
        offer_topics=bool(offered["topics"]),
        ticked=posted,
    )
    return {**context, "values": posted}


def build_preference_choices(
    offers: Sequence[ListOffer], ticked: QueryDict | None
) -> list[OfferedList]:
    """Return the checkboxes of the page of preferences, as stored or, after an error, as posted."""
    chosen = _get_chosen_ids(ticked)
    found = []
    for offer in offers:
        has = {t.pk for t in offer.row.topics.all()} if offer.row and offer.is_confirmed else set()
        found.append(
            OfferedList(
                offer.mailing_list,
                offer.mailing_list.pk in chosen["lists"]
                if ticked is not None
                else offer.is_confirmed,
                tuple(
                    OfferedTopic(t, t.pk in (chosen["topics"] if ticked is not None else has))
                    for t in offer.topics
                ),
                get_consent_wording(offer.mailing_list),
            )
        )
    return found


def _get_chosen_ids(posted: QueryDict | None) -> dict[str, list[int]]:
    names = ("lists", "topics")
    return {name: _parse_numbers(posted.getlist(name)) if posted else [] for name in names}


def _parse_numbers(values: Sequence[str]) -> list[int]:
    numbers = (parse_id(value, digits=9) for value in values[:100])
    return [number for number in numbers if number is not None]


def mask_email(email: str) -> str:
    """Return the address with most of its characters hidden."""
    local, _sign, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
