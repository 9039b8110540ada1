"""Render threads as HTML that is the same for every reader and cached until it changes.

The cache stands in front of ``thread.html`` and what that includes. Without it, or while it is
away, each view renders them anew from the same rows: 20 threads take twelve times as long, some
27 ms of processor time for 80 comments. With it an article with them serves .7 of the requests of
one without, one cold view in 50 counted in (docs/benchmarks.md, "twins" and "comments").
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import global_settings, settings
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from cx_feedback.comments import selectors
from cx_feedback.comments.models import NAME_LENGTH, Thread
from cx_feedback.comments.rendering.comment_items import CommentItemBuilder
from cx_feedback.comments.rendering.template_digest import get_template_digest
from cx_feedback.comments.submission.comment_input import HONEYPOT
from cx_feedback.comments.submission.page_rules import (
    Rules,
    get_rules,
    load_rules,
    load_rules_of_pages,
)
from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.pages import page_access
from cx_feedback.core.pages.served_page import is_previewed
from cx_feedback.core.text import languages

#: Seconds for which a rendered part is cached, unless the thread changes before.
KEEP = 3600
#: The most parts of a page whose keys are noted.
MOST_PARTS = 200
#: For developers, in the source of the page.
NO_PAGE = "No comments: this block or tag knows no page; see docs/how-to/writing-the-field-out.md."


@dataclass(frozen=True)
class PageThread:
    """The thread of a page with the rules of the page."""

    page_id: int | None
    thread: Thread | None
    rules: Rules

    @property
    def published(self) -> int:
        return self.thread.published if self.thread else 0

    @property
    def version(self) -> int:
        """Increases with every change that readers can see."""
        return self.thread.version if self.thread else 0

    @property
    def closed(self) -> bool:
        return self.rules.closed


def get_page_thread(page: Any) -> PageThread:
    """Return the thread of ``page``: a page, its ID, or None for an unsaved page."""
    page_id = page if isinstance(page, int) else getattr(page, "pk", None)
    thread = selectors.get_thread(page_id) if page_id else None
    rules = get_rules(page, thread=thread) if page_id else load_rules(0, thread=None)
    return PageThread(page_id, thread, rules)


def get_page_threads(pages: Sequence[Any]) -> dict[int, PageThread]:
    """Return the threads of pages by page ID, with a number of queries that doesn't grow."""
    threads = {thread.page_id: thread for thread in Thread.objects.filter(page__in=pages)}
    rules = load_rules_of_pages(pages, threads)
    return {page.pk: PageThread(page.pk, threads.get(page.pk), rules[page.pk]) for page in pages}


def render_section_or_reason(
    page: Any, context: Any, *, order: str = selectors.NEWEST, heading: str = ""
) -> SafeString:
    """Return the comments of ``page``; without a page nothing, or the reason in a preview.

    A form without a page could not be submitted.
    """
    previewed = is_previewed(context)
    if getattr(page, "pk", None) or (page is not None and previewed):
        return render_section(page, order=order, heading=heading)
    if previewed:
        return mark_safe(render_to_string("cx_feedback/comments/no_page.html"))
    return mark_safe(f"<!-- cx_feedback: {NO_PAGE} -->") if settings.DEBUG else mark_safe("")


def render_section(page: Any, *, order: str = selectors.NEWEST, heading: str = "") -> SafeString:
    """Return the whole section below an article: heading, form, comments and links to more."""
    page_thread = get_page_thread(page if getattr(page, "pk", None) else None)
    title, url = getattr(page, "title", ""), getattr(page, "full_url", None) or ""
    key = _get_cache_key(page_thread, order, heading, title, url)
    html = cache.get(key) if page_thread.page_id else None
    if html is None:
        part = selectors.get_thread_part(thread=page_thread.thread, order=order)
        context = {"heading": heading, "page_title": title, "page_url": url}
        context |= get_thread_context(page_thread, part, order)
        html = str(render_to_string("cx_feedback/comments/thread.html", context))
        if page_thread.page_id:
            cache.set(key, html, KEEP)
            _note_key(page_thread.page_id, key)
    return mark_safe(html)


def _get_index_key(page_id: int) -> str:
    return f"cx:comments:{page_id}:parts"


def _note_key(page_id: int, key: str) -> None:
    """Note the key of a cached part, so that an erasure finds it."""
    index = _get_index_key(page_id)
    cache.set(index, [*cache.get(index, [])[-MOST_PARTS + 1 :], key], KEEP)


def delete_rendered_parts(page_ids: Iterable[int]) -> None:
    """Delete the cached parts of pages, also those that nobody is shown any more.

    A part that another process caches at the same moment may be missed; it expires after ``KEEP``.
    """
    for page_id in page_ids:
        index = _get_index_key(page_id)
        cache.delete_many([*cache.get(index, []), index])


def _get_cache_key(page_thread: PageThread, *more: str) -> str:
    """Return the cache key of a rendered part, made of everything that it depends on."""
    rules = page_thread.rules
    thread, language = page_thread.thread, languages.get_current_language()
    parts = [
        thread and thread.pk, page_thread.version, page_thread.closed, rules.votes,
        rules.reactions, rules.allowed_authors, rules.edit_minutes, language,
        timezone.get_current_timezone_name(), get_script_prefix(), page_access.visibility.current,
        get_template_digest(), *_get_login(), *(conf.get(f"COMMENTS_{name}") for name in _SETTINGS),
        *more,
    ]  # fmt: skip
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return f"cx:comments:{page_thread.page_id}:{digest}"


_SETTINGS = ("EMAIL", "LENGTH", "SHOWN", "REPLIES_SHOWN", "DEPTH", "PROOF_DAYS")


def get_thread_context(
    page_thread: PageThread, part: selectors.ThreadPart, order: str = selectors.NEWEST
) -> dict[str, Any]:
    """Return the context of the templates that show a part of a thread."""
    rules = page_thread.rules
    builder = CommentItemBuilder(
        language=languages.get_current_language(), reactions=rules.reactions
    )
    return {
        "cx_page_id": page_thread.page_id,
        "page_thread": page_thread,
        "part": part,
        "base": builder.base,
        "comments": builder.build_items(part.nodes),
        "blank_comment": builder.build_blank(),
        "labels": builder.labels,
        "votes": str(rules.votes),
        "closed": page_thread.closed,
        "order": order,
        "orders": selectors.ORDERS,
        **get_form_context(rules),
    }


def get_form_context(rules: Rules) -> dict[str, Any]:
    """Return what ``form.html`` needs besides the page, the parent, values and errors."""
    login_url, login_offered = _get_login()
    return {
        "cx_lang": languages.get_current_language(),
        "accounts_only": rules.accounts_only,
        "login_url": login_url,
        "login_offered": login_offered,
        "email_asked": conf.get("COMMENTS_EMAIL"),
        "text_limit": conf.get("COMMENTS_LENGTH"),
        "name_limit": NAME_LENGTH,
        "honeypot": HONEYPOT,
        "proof_days": conf.get("COMMENTS_PROOF_DAYS"),
    }


def _get_login() -> tuple[str, bool]:
    """Return the login URL, and whether the site has set one so that guests are shown it."""
    own = getattr(settings, "WAGTAIL_FRONTEND_LOGIN_URL", None)
    named = bool(own) or settings.LOGIN_URL != global_settings.LOGIN_URL
    return resolve_url(own or settings.LOGIN_URL), named
