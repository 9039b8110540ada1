"""The rules for the comments of a page, from its nearest policies and the site's settings.

Every view of a page needs them, so they cost two short queries (three if only the ID of the page
is known) and never create a row of settings. Pass ``thread`` if you have it to save a query.
"""

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import swapper
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, Policy, Thread
from cx_feedback.comments.rendering import reactions
from cx_feedback.comments.submission import auto_close
from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.database.fast_insert import get_by_unique_column
from cx_feedback.core.pages.sections import STEP
from cx_feedback.core.pages.sites import get_site_id_at_path

LOOK_UP: Any = object()
#: Seconds for which the rules of a page are cached.
CACHE_SECONDS = 30
#: Ended by a change of a policy, the settings, a thread or the position of a page.
_generation = Generation("rules")


@dataclass(frozen=True)
class Rules:
    """The rules for new comments on a page."""

    #: One of ``Rule``, as text, which is read from the cache in a tenth of the time.
    rule: str
    free_after: int
    #: The moment from which the page takes no comments, None for never.
    closes_at: datetime.datetime | None
    #: BY_HAND, BY_POLICY or BY_AGE of ``auto_close``, or "".
    closed_reason: str
    allowed_authors: str
    votes: str
    edit_minutes: int
    flags_to_hide: int
    #: One word or phrase per line.
    blocked_words: str = ""
    #: At most one honest comment in this many is put aside as spam, see
    #: ``spam.false_positive_promise``.
    spam_promise: int = 500
    #: Reactions that readers can choose; empty if they vote instead, or do neither.
    reactions: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        return bool(self.closed_reason)

    @property
    def accounts_only(self) -> bool:
        return self.allowed_authors == CommentSettings.AllowedAuthors.ACCOUNTS


@dataclass(frozen=True)
class _Position:
    """The position of a page in the tree and the date of its first publication."""

    path: str
    url_path: str
    since: datetime.datetime | None


def load_rules(page: Any, *, site: Site | None = None, thread: Thread | Any = LOOK_UP) -> Rules:
    """Return the rules of ``page``, a page or its id.

    A page outside all sites has the rules of the first site. ``thread``, the page's Thread or
    None if it has none, saves a query.
    """
    place = _get_position(page)
    if thread is LOOK_UP:
        page_id = page if isinstance(page, int) else page.pk
        thread = Thread.objects.filter(page_id=page_id).only("closed").first()
    by_site = get_site_settings(site.pk if site else get_site_id_at_path(place.url_path))
    return _build_rules(place, by_site, _get_policies(place.path), thread)


def load_rules_of_pages(pages: Iterable[Any], threads: dict[int, Thread]) -> dict[int, Rules]:
    """Return the rules of pages by page ID: two queries, and one for each of their sites."""
    places = {page.pk: _get_position(page) for page in pages}
    sites = {pk: get_site_id_at_path(place.url_path) for pk, place in places.items()}
    by_site = {site_id: get_site_settings(site_id) for site_id in set(sites.values())}
    above = {path for place in places.values() for path in _get_paths_above(place.path)}
    rows = Policy.objects.filter(page__path__in=above).order_by("-page__path")
    policies = list(rows.values_list("page__path", "rule", "free_after", "close_after"))
    found = {}
    for pk, place in places.items():
        own = [values for path, *values in policies if place.path.startswith(path)]
        found[pk] = _build_rules(place, by_site[sites[pk]], own, threads.get(pk))
    return found


def _build_rules(
    place: _Position, by_site: CommentSettings, policies: Iterable[Any], thread: Thread | None
) -> Rules:
    own = _merge_policies(policies)
    rule = str(own.get("rule") or by_site.rule)
    close_after = own.get("close_after", by_site.close_after)
    closes_at = auto_close.get_closing_time(place.since, close_after=close_after)
    return Rules(
        rule=rule,
        free_after=own.get("free_after", by_site.free_after),
        closes_at=closes_at,
        closed_reason=auto_close.get_closed_reason(rule, thread, closes_at),
        allowed_authors=by_site.allowed_authors,
        votes=by_site.votes,
        edit_minutes=by_site.edit_minutes,
        flags_to_hide=by_site.flags_to_hide,
        blocked_words=by_site.blocked_words,
        spam_promise=by_site.spam_promise,
        reactions=_get_reactions(by_site),
    )


@dataclass(frozen=True)
class CachedRules:
    """The cached rules of a page and the ID of its thread, if it has one.

    The rules include a thread closed by hand. ``until`` is a value of ``time.time``.
    """

    rules: Rules
    thread_id: int | None
    until: float


def get_rules(page: Any, *, thread: Thread | None) -> Rules:
    """Return the rules of ``page``, a page or its ID, usually without a query.

    Changes by editors apply at once, including a move of the page.
    """
    page_id = page if isinstance(page, int) else page.pk
    known, token = _read_cached_rules(page_id)
    if known:
        rules = known.rules
    else:
        rules = _cache_rules(page_id, load_rules(page, thread=thread), thread, token)
    return replace(
        rules, closed_reason=auto_close.get_closed_reason(rules.rule, thread, rules.closes_at)
    )


def get_rules_and_thread_id(page_id: int) -> tuple[Rules, int | None]:
    """Return the rules of a page and the ID of its thread, usually without a query.

    The ID is None if the page has no thread yet. A cached thread may have been deleted with its
    page in the meantime; the database then refuses a comment in it.
    """
    known, token = _read_cached_rules(page_id)
    if known is None:
        thread = get_by_unique_column(Thread, "page", page_id)
        rules = _cache_rules(page_id, load_rules(page_id, thread=thread), thread, token)
        return rules, thread.pk if thread else None
    rules, thread_id = known.rules, known.thread_id
    if thread_id is None and (thread := get_by_unique_column(Thread, "page", page_id)):
        thread_id = thread.pk
        closed = auto_close.get_closed_reason(rules.rule, thread, rules.closes_at)
        rules = replace(rules, closed_reason=closed)
        _cache_rules(page_id, rules, thread, token, until=known.until)
    if not rules.closed and auto_close.has_closed_by_age(rules.closes_at):
        rules = replace(rules, closed_reason=auto_close.BY_AGE)
    return rules, thread_id


def _read_cached_rules(page_id: int) -> tuple[CachedRules | None, str]:
    return _generation.recall(_get_cache_key(page_id))


def _cache_rules(
    page_id: int, rules: Rules, thread: Thread | None, token: str, *, until: float = 0
) -> Rules:
    """Cache ``rules``, no longer than ``until`` if given, and return them."""
    now = time.time()
    until = until or now + CACHE_SECONDS
    known = CachedRules(rules, thread.pk if thread else None, until)
    _generation.keep(_get_cache_key(page_id), known, token, max(1, until - now))
    return rules


def _get_cache_key(page_id: int) -> str:
    return f"cx:rules:{page_id}"


def clear_rules_cache(**kwargs: Any) -> None:
    """Drop the cached rules of all pages after a policy, setting, thread or page has changed."""
    _generation.end()


def get_site_settings(site_id: int | None) -> CommentSettings:
    """Return a site's settings, or the defaults without storing them."""
    found = CommentSettings.objects.filter(site_id=site_id).first() if site_id else None
    return found or CommentSettings(site_id=site_id)


def _get_reactions(setting: CommentSettings) -> tuple[str, ...]:
    has_reactions = setting.votes == CommentSettings.Votes.REACTIONS
    return reactions.filter_offered_reactions(setting.reactions) if has_reactions else ()


def _get_position(page: Any) -> _Position:
    if isinstance(page, int):
        pages = swapper.load_model("wagtailcore", "Page").objects
        rows = pages.filter(pk=page).values_list("path", "url_path", "first_published_at")
        found = rows.first()
        return _Position(*found) if found else _Position("", "", None)
    return _Position(page.path or "", page.url_path or "", page.first_published_at)


def _get_policies(path: str) -> Iterable[tuple[str, int | None, int | None]]:
    """Return the policies above ``path``, the nearest first."""
    rows = Policy.objects.filter(page__path__in=_get_paths_above(path)).order_by("-page__path")
    return rows.values_list("rule", "free_after", "close_after")


def _get_paths_above(path: str) -> list[str]:
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def _merge_policies(policies: Iterable[tuple[str, int | None, int | None]]) -> dict[str, Any]:
    """Return the value of the nearest policy for each field."""
    own: dict[str, Any] = {}
    for rule, free_after, close_after in policies:
        if rule:
            own.setdefault("rule", rule)
        if free_after is not None:
            own.setdefault("free_after", free_after)
        if close_after is not None:
            own.setdefault("close_after", close_after)
    return own
