"""The promise that fits a conversation."""

from dataclasses import dataclass
from typing import Any

import swapper

from cx_feedback.conversations.models import Conversation, Promise, PromiseVersion
from cx_feedback.conversations.models.conversation_filters import ConversationFacts
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class PromiseBook:
    """All promises with their calendars, as they are at one version."""

    version: int
    promises: tuple[Promise, ...]

    def find(self, facts: ConversationFacts) -> Promise | None:
        """Return the first promise that fits, None if nothing is promised."""
        return next((promise for promise in self.promises if promise.fits(facts)), None)

    def get(self, promise_id: int | None) -> Promise | None:
        """Return the promise with this id, None if it is gone."""
        return next((one for one in self.promises if one.pk == promise_id), None)


def load_promises() -> PromiseBook:
    """Return all promises, with two queries."""
    # The number first: a change between the two leaves clocks whose number is too small, which are
    # worked out again.
    number = PromiseVersion.get_number()
    rows = Promise.objects.select_related("calendar", "section").order_by("order", "pk")
    return PromiseBook(version=number, promises=tuple(_share_calendars(list(rows))))


def _share_calendars(promises: list[Promise]) -> list[Promise]:
    """Let promises of one calendar have one object, whose hours are parsed once."""
    shared: dict[int, Any] = {}
    for promise in promises:
        promise.calendar = shared.setdefault(promise.calendar_id, promise.calendar)
    return promises


def get_facts(conversations: list[Conversation]) -> dict[int, ConversationFacts]:
    """Return a map of the ids of conversations to their facts, with at most two queries."""
    readers = {one.reader_id for one in conversations}
    tiers = dict(Reader.objects.filter(pk__in=readers).values_list("pk", "tier"))
    pages = {one.page_id for one in conversations if one.page_id}
    paths: dict[int, str] = {}
    if pages:
        rows = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=pages)
        paths = dict(rows.values_list("pk", "path"))
    return {
        one.pk: ConversationFacts(
            one.kind, tiers.get(one.reader_id, ""), paths.get(one.page_id or 0, "")
        )
        for one in conversations
    }
