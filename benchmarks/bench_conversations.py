"""The editors' inbox with FEW and with MANY conversations: queries and time of each tab.

Most conversations are closed, and the others are in states as they come on a site of many years:
new, open, waiting, snoozed and late ones, some of them tagged and assigned, about pages of several
sections. A third of the sections is that of an editor who answers only there. The tabs in which
readers wait are measured in the drawn order too (the experiment of the room).
"""

import datetime
import random
import statistics
import time
from typing import Any

from benchmarks import site
from benchmarks.results import Result

FEW, MANY = 1_000, 200_000
#: Requests of each tab that are timed, and rows that are inserted at once.
TIMES, BATCH = 15, 2_000
SECTIONS, PAGES, EDITORS, READERS = 9, 30, 12, 5_000
INBOX = "/admin/cx-feedback/conversations/"
#: Of a hundred conversations, as on a site of many years.
SHARES = {"closed": 78, "waiting": 9, "open": 5, "new": 4, "snoozed": 2, "spam": 2}
#: Among the FEW each tab has nearly a full page for both editors: else a full page with MANY would
#: be compared with a short one.
FULL_SHARES = {"closed": 16, "waiting": 16, "open": 20, "new": 16, "snoozed": 16, "spam": 16}
TAGS = ("paywall", "bill", "app", "praise", "mistake", "delivery", "login", "crossword")


def run() -> list[Result]:
    """Measure the first page of each tab, for whoever answers everywhere and in sections."""
    site.setup()
    from cx_feedback.conversations.inbox.inbox_tabs import TABS

    filler = _Filler()
    clients = {"everywhere": filler.make_client("chief"), "sections": filler.make_client("section")}
    filler.fill(FEW, is_full=True)
    asked = [(who, tab, False) for who in clients for tab in TABS]
    asked += [(who, tab, True) for who in clients for tab in TABS if TABS[tab].is_queue]
    few = {each: _measure(clients[each[0]], *each[1:]) for each in asked}
    filler.fill(MANY - FEW)
    results = []
    for who, tab, is_drawn in asked:
        many = _measure(clients[who], tab, is_drawn)
        name = f"inbox, {who}, {tab}{', drawn' if is_drawn else ''}"
        number = site.queries(lambda who=who, tab=tab: clients[who].get(INBOX, {"tab": tab}))
        ratio = many / few[who, tab, is_drawn]
        results += [
            Result("conversations", f"{name}: queries at {MANY}", number, "<= 15"),
            Result("conversations", f"{name}: {MANY} to {FEW}", ratio, "<= 1.5"),
            Result("conversations", f"{name}: ms at {MANY}", many * 1000),
        ]
    return results


def _draw_order(is_drawn: bool) -> None:
    """Let the experiment with the order run, or end it."""
    from cx_feedback.conversations.models import ConversationSettings

    settings = ConversationSettings.load()
    settings.draws_order = is_drawn
    settings.save()


def _measure(client: Any, tab: str, is_drawn: bool) -> float:
    """Return the median seconds of the first page of a tab, in the drawn order or the usual one."""
    _draw_order(is_drawn)
    assert client.get(INBOX, {"tab": tab}).status_code == 200
    took = []
    for _ in range(TIMES):
        before = time.perf_counter()
        client.get(INBOX, {"tab": tab})
        took.append(time.perf_counter() - before)
    return statistics.median(took)


class _Filler:
    """Writes conversations of READERS about the pages of SECTIONS."""

    def __init__(self) -> None:
        from django.contrib.auth import get_user_model
        from django.utils import timezone

        from cx_feedback.readers.models import Reader

        self.chance, self.now, self.count = random.Random(2026), timezone.now(), 0
        self.is_full = False
        home = site.make_article().get_parent()
        self.sections = [_add_page(home, f"section-{n}") for n in range(SECTIONS)]
        self.pages = [
            _add_page(section, f"page-{n}") for section in self.sections for n in range(PAGES)
        ]
        make = get_user_model().objects.create_user
        self.editors = [make(f"editor{n}", f"e{n}@example.org", "x") for n in range(EDITORS)]
        self.readers = Reader.objects.bulk_create([Reader() for _ in range(READERS)])

    def make_client(self, name: str) -> Any:
        """Return a client of one of the editors: "chief" everywhere, "section" in a third."""
        from django.contrib.auth.models import Group, Permission
        from django.test import Client

        from cx_feedback.conversations.models import ConversationSection

        user = self.editors[0 if name == "chief" else 1]
        group = Group.objects.create(name=name)
        codenames = ["access_admin", "answer_conversation"]
        group.permissions.set(Permission.objects.filter(codename__in=codenames))
        user.groups.add(group)
        if name == "section":
            for page in self.sections[: SECTIONS // 3]:
                ConversationSection.objects.create(group=group, page=page)
        client = Client()
        client.force_login(user)
        return client

    def fill(self, number: int, *, is_full: bool = False) -> None:
        """Store ``number`` conversations, and bring the statistics of the database up to date."""
        from django.db import connection

        self.is_full = is_full
        for start in range(0, number, BATCH):
            self._store(min(BATCH, number - start))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def _store(self, size: int) -> None:
        from cx_feedback.conversations.models import (
            Conversation,
            ConversationMessage,
            ConversationTag,
        )

        rows = Conversation.objects.bulk_create([self._build() for _ in range(size)])
        messages, tags = [], []
        for row in rows:
            directions = ("in", "out", "note")[: self.chance.choice((1, 2, 2, 3))]
            messages += [
                ConversationMessage(conversation=row, direction=each, text="Some words. " * 30)
                for each in directions
            ]
            names = self.chance.sample(TAGS, self.chance.choice((0, 0, 1, 2)))
            tags += [ConversationTag(conversation=row, name=name) for name in names]
        ConversationMessage.objects.bulk_create(messages)
        ConversationTag.objects.bulk_create(tags)

    def _build(self) -> Any:
        from cx_feedback.conversations.models import Conversation

        self.count += 1
        shares = FULL_SHARES if self.is_full else SHARES
        state = self.chance.choices(list(shares), list(shares.values()))[0]
        begun = self.now - datetime.timedelta(minutes=self.chance.randrange(500_000))
        waits = state in ("new", "open", "snoozed")
        is_assigned = state not in ("new", "spam") or self.chance.random() < 0.2
        hours = datetime.timedelta(hours=self.chance.randrange(-160 if self.is_full else -40, 160))
        assignees = self.editors[:2] if self.is_full else self.editors
        return Conversation(
            reader=self.chance.choice(self.readers),
            kind=self.chance.choice(("letter", "letter", "detractor", "answer", "comment")),
            matter=f"letter:editors:{self.count}",
            page=self.chance.choice(self.pages) if self.chance.random() < 0.9 else None,
            subject=f"About number {self.count}",
            name=f"Ana {self.count}",
            email=f"ana{self.count}@example.org",
            language="en",
            state=state,
            outcome="solved" if state == "closed" else "",
            closed_at=self.now if state == "closed" else None,
            snoozed_until=self.now + abs(hours) if state == "snoozed" else None,
            assignee=self.chance.choice(assignees) if is_assigned else None,
            search_text=f"ana {self.count} some words",
            created_at=begun,
            last_message_at=begun,
            waiting_since=begun if waits else None,
            due_at=self.now + hours if waits else None,
            urgent_at=self.now + hours / 2 if waits else None,
            comes_later=self.chance.random() < 0.5,
        )


def _add_page(parent: Any, slug: str) -> Any:
    from tests.site.models import ArticlePage

    return parent.add_child(instance=ArticlePage(title=slug, slug=slug))
