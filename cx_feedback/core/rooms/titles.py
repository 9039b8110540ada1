"""Titles for ids of other rooms: a ledger holds ids, and only the room that wrote them knows more.

Kinds in use: "page", "survey", "rule", "mailing_list", "comment".
"""

from collections.abc import Iterable
from dataclasses import dataclass

import swapper
from django.urls import NoReverseMatch, reverse

from cx_feedback.core import signals


@dataclass(frozen=True)
class Name:
    """What an editor calls a thing, and the address of its screen in the admin, if any."""

    title: str
    url: str = ""


def get_names(kind: str, ids: Iterable[int | None]) -> dict[int, Name]:
    """Return id to name of those that are still known to anybody."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    if kind == "page":
        return _get_page_names(wanted)
    found: dict[int, Name] = {}
    for names in signals.collect_answers(signals.things_named, None, kind=kind, ids=wanted):
        found.update(names)
    return found


def get_admin_url(name: str, *args: object) -> str:
    """Return the address of an admin screen, "" on a site that has none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _get_page_names(ids: set[int]) -> dict[int, Name]:
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=ids)
    return {
        pk: Name(title, get_admin_url("wagtailadmin_pages:edit", pk))
        for pk, title in pages.values_list("pk", "title")
    }


@dataclass(frozen=True)
class Offer:
    """An answer that can be acted upon: the word that names it for ever, and what it is called."""

    word: str
    label: str
    #: What it belongs to: the survey.
    group: str
    #: Where a reader finds it chosen already and confirms it, without the site's address.
    url: str = ""


def get_offered_answers() -> list[Offer]:
    """Return the answers that the rooms which ask can tell apart, by group."""
    lists = signals.collect_answers(signals.answers_offered, None)
    return [offer for offers in lists for offer in offers]


def get_given_answers(object_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return response id to the words of the answers in it."""
    ids = set(object_ids)
    found: dict[int, set[str]] = {}
    if ids:
        for words in signals.collect_answers(signals.answers_given, None, object_ids=ids):
            found.update(words)
    return found
