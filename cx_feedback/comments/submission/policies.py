"""Which rules hold for the comments of a page, from the nearest policy to the site's setting.

A page asks at every view, so it costs two short reads (three by the page's id), no write and no
row of settings that is not there; give ``thread`` when it is at hand, else one read more.
"""

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import swapper
from django.utils import timezone
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, Policy, Rule, Thread
from cx_feedback.comments.rendering import reactions
from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.database.fast_insert import get_by_unique_column
from cx_feedback.core.pages.sections import STEP
from cx_feedback.core.pages.sites import get_site_id_at_path

#: Why nobody can comment.
BY_HAND, BY_POLICY, BY_AGE = "hand", "policy", "age"
LOOK_UP: Any = object()
#: Seconds for which the rules of a page are remembered.
REMEMBER = 30
#: Ends when a policy, a setting, a thread or the place of a page was changed.
_generation = Generation("rules")


@dataclass(frozen=True)
class Rules:
    """What holds for new comments on a page."""

    rule: Rule
    free_after: int
    #: When the page stops taking comments; None: never.
    closes_at: datetime.datetime | None
    #: BY_HAND, BY_POLICY, BY_AGE or "".
    why_closed: str
    who: str
    votes: str
    edit_minutes: int
    flags_to_hide: int
    #: One word or phrase a line.
    blocked_words: str = ""
    #: What readers may react with; empty where they vote or do neither.
    reactions: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        return bool(self.why_closed)

    @property
    def accounts_only(self) -> bool:
        return self.who == CommentSettings.Who.ACCOUNTS


@dataclass(frozen=True)
class _Place:
    """Where a page stands in the tree, and since when readers know it."""

    path: str
    url_path: str
    since: datetime.datetime | None


def rules_for(page: Any, *, site: Site | None = None, thread: Thread | Any = LOOK_UP) -> Rules:
    """Return the rules of ``page``, a page or its id.

    A page outside all sites has those of the first. ``thread`` saves a read:
    the page's Thread, or None when it has none.
    """
    place = _place(page)
    if thread is LOOK_UP:
        page_id = page if isinstance(page, int) else page.pk
        thread = Thread.objects.filter(page_id=page_id).only("closed").first()
    by_site = settings_of(site.pk if site else get_site_id_at_path(place.url_path))
    own = _merged(_policies(place.path))
    rule = Rule(own.get("rule") or by_site.rule)
    days = own.get("close_after", by_site.close_after)
    closes_at = place.since + datetime.timedelta(days=days) if days and place.since else None
    return Rules(
        rule=rule,
        free_after=own.get("free_after", by_site.free_after),
        closes_at=closes_at,
        why_closed=_why_closed(rule, thread, closes_at),
        who=by_site.who,
        votes=by_site.votes,
        edit_minutes=by_site.edit_minutes,
        flags_to_hide=by_site.flags_to_hide,
        blocked_words=by_site.blocked_words,
        reactions=_reactions_of(by_site),
    )


@dataclass(frozen=True)
class Remembered:
    """What is known of a page without asking: its rules, and the key of its thread, if it has one.

    The rules say closed by hand as well. ``until`` is in seconds of ``time.time``.
    """

    rules: Rules
    thread_id: int | None
    until: float


def remembered(page: Any, *, thread: Thread | None) -> Rules:
    """Return the rules of ``page``, a page or its id, without a query most of the time.

    What editors change holds at once, moving a page too.
    """
    page_id = page if isinstance(page, int) else page.pk
    known, token = _recall(page_id)
    if known:
        rules = known.rules
    else:
        rules = _remember(page_id, rules_for(page, thread=thread), thread, token)
    return replace(rules, why_closed=_why_closed(rules.rule, thread, rules.closes_at))


def of_page(page_id: int) -> tuple[Rules, int | None]:
    """Return the rules of a page and the key of its thread, without a query most of the time.

    None where it has no thread yet. One that is remembered may have been deleted with its page:
    storing in it is refused then.
    """
    known, token = _recall(page_id)
    if known is None:
        thread = get_by_unique_column(Thread, "page", page_id)
        rules = _remember(page_id, rules_for(page_id, thread=thread), thread, token)
        return rules, thread.pk if thread else None
    rules, thread_id = known.rules, known.thread_id
    if thread_id is None and (thread := get_by_unique_column(Thread, "page", page_id)):
        thread_id = thread.pk
        closed = _why_closed(rules.rule, thread, rules.closes_at)
        rules = replace(rules, why_closed=closed)
        _remember(page_id, rules, thread, token, until=known.until)
    if rules.closes_at and not rules.closed and rules.closes_at <= timezone.now():
        rules = replace(rules, why_closed=BY_AGE)
    return rules, thread_id


def _recall(page_id: int) -> tuple[Remembered | None, str]:
    return _generation.recall(_key(page_id))


def _remember(
    page_id: int, rules: Rules, thread: Thread | None, token: str, *, until: float = 0
) -> Rules:
    """Keep ``rules`` in mind, no longer than ``until`` if given; returns them."""
    now = time.time()
    until = until or now + REMEMBER
    known = Remembered(rules, thread.pk if thread else None, until)
    _generation.keep(_key(page_id), known, token, max(1, until - now))
    return rules


def _key(page_id: int) -> str:
    return f"cx:rules:{page_id}"


def forget(**kwargs: Any) -> None:
    """Let every page's rules be read again: a policy, a setting, a thread or a page was changed."""
    _generation.end()


def settings_of(site_id: int | None) -> CommentSettings:
    """Return a site's setting, or the defaults without storing them."""
    found = CommentSettings.objects.filter(site_id=site_id).first() if site_id else None
    return found or CommentSettings(site_id=site_id)


def _reactions_of(setting: CommentSettings) -> tuple[str, ...]:
    wanted = setting.votes == CommentSettings.Votes.REACTIONS
    return reactions.offered(setting.reactions) if wanted else ()


def _place(page: Any) -> _Place:
    if isinstance(page, int):
        pages = swapper.load_model("wagtailcore", "Page").objects
        rows = pages.filter(pk=page).values_list("path", "url_path", "first_published_at")
        found = rows.first()
        return _Place(*found) if found else _Place("", "", None)
    return _Place(page.path or "", page.url_path or "", page.first_published_at)


def _policies(path: str) -> Iterable[tuple[str, int | None, int | None]]:
    """Return the policies above ``path``, the nearest first."""
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    rows = Policy.objects.filter(page__path__in=above).order_by("-page__path")
    return rows.values_list("rule", "free_after", "close_after")


def _merged(policies: Iterable[tuple[str, int | None, int | None]]) -> dict[str, Any]:
    """Return what the nearest policies say, each field by itself."""
    own: dict[str, Any] = {}
    for rule, free_after, close_after in policies:
        if rule:
            own.setdefault("rule", rule)
        if free_after is not None:
            own.setdefault("free_after", free_after)
        if close_after is not None:
            own.setdefault("close_after", close_after)
    return own


def _why_closed(rule: Rule, thread: Thread | None, closes_at: datetime.datetime | None) -> str:
    if thread is not None and thread.closed:
        return BY_HAND
    if rule == Rule.CLOSED:
        return BY_POLICY
    if closes_at and closes_at <= timezone.now():
        return BY_AGE
    return ""
