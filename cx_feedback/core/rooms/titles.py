"""Titles for ids of other rooms. Ledgers hold ids, and only the room of an id has its title.

Kinds in use: "page", "survey", "rule", "mailing_list", "comment", "reader".
"""

from collections.abc import Iterable
from dataclasses import dataclass

import swapper
from django.urls import NoReverseMatch, reverse

from cx_feedback.core import signals


@dataclass(frozen=True)
class Name:
    """The title of an object for editors, and the URL of its admin view, if any."""

    title: str
    url: str = ""


def get_names(kind: str, ids: Iterable[int | None]) -> dict[int, Name]:
    """Return a map of ids to names, without objects that no longer exist."""
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
    """Return the URL of an admin view, "" if the site has no such view."""
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
    """An answer that a rule can react to: its permanent key and its label."""

    word: str
    label: str
    #: The title of its survey.
    group: str
    #: URL without the host on which the answer is preselected for the reader to confirm.
    url: str = ""


def get_offered_answers() -> list[Offer]:
    """Return the answers that rooms with surveys offer, by group."""
    lists = signals.collect_answers(signals.answers_offered, None)
    return [offer for offers in lists for offer in offers]


def get_given_answers(object_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return a map of response ids to the keys of their answers."""
    ids = set(object_ids)
    found: dict[int, set[str]] = {}
    if ids:
        for words in signals.collect_answers(signals.answers_given, None, object_ids=ids):
            found.update(words)
    return found
