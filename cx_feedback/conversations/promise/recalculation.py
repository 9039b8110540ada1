"""Working due times out again after a calendar or a promise has changed."""

from typing import Any

import swapper
from django.db import transaction
from django.db.models import Q

from cx_feedback.conversations.models import Conversation, PromiseClock, PromiseVersion
from cx_feedback.conversations.models.promises import RECALCULATION
from cx_feedback.conversations.promise.clock_counting import set_promise
from cx_feedback.conversations.promise.clock_updates import set_earliest
from cx_feedback.conversations.promise.promise_matching import get_facts, load_promises
from cx_feedback.core.background.task_nudges import nudge

#: Conversations of one transaction.
BATCH_SIZE = 500
_FIELDS = ("promise", "minutes", "due_at", "urgent_at", "remind_at", "escalate_at", "version")


def recalculate_batch(*, after: int = 0) -> int | None:
    """Work out the due times of the next conversations by key; return the last key or None.

    A clock says which version its times are of, so a process that dies leaves the rest to the next
    run, and two processes share the work. A conversation that is just being changed is passed over:
    it is found again by the next run.
    """
    stale = find_stale_clocks().filter(conversation__gt=after).order_by("conversation")
    ids = list(stale.values_list("conversation", flat=True).distinct()[:BATCH_SIZE])
    if not ids:
        return None
    with transaction.atomic():
        # Each change of a conversation locks this row first.
        rows = Conversation.objects.filter(pk__in=ids).order_by("pk")
        locked = list(rows.select_for_update(skip_locked=True, of=("self",)))
        _recalculate(locked)
    return int(ids[-1])


def recalculate_after_move(pages: Q) -> None:
    """Have the due times of conversations about pages worked out again, after the commit.

    Call it when the pages are moved, or before they are deleted: other promises may fit then.
    """
    found = swapper.load_model("wagtailcore", "Page").objects.filter(pages)
    clocks = PromiseClock.objects.filter(done_at=None, conversation__page__in=found.values("pk"))
    if clocks.update(version=0):
        nudge(RECALCULATION)


def find_stale_clocks() -> Any:
    """Return the clocks whose times are of an earlier version."""
    return PromiseClock.objects.filter(done_at=None, version__lt=PromiseVersion.get_number())


def _recalculate(conversations: list[Conversation]) -> None:
    book, facts = load_promises(), get_facts(conversations)
    clocks = PromiseClock.objects.filter(
        conversation__in=[one.pk for one in conversations], done_at=None
    )
    by_conversation: dict[int, list[PromiseClock]] = {}
    for clock in clocks.prefetch_related("notices"):
        set_promise(clock, book.find(facts[clock.conversation_id]), book.version)
        by_conversation.setdefault(clock.conversation_id, []).append(clock)
    PromiseClock.objects.bulk_update(
        [clock for some in by_conversation.values() for clock in some], _FIELDS, batch_size=200
    )
    for one in conversations:
        set_earliest(one, by_conversation.get(one.pk, []))
    Conversation.objects.bulk_update(conversations, ["due_at", "urgent_at"], batch_size=200)
