"""The conversation as HTML, the same for every reader and kept until something in it changes."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import global_settings, settings
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cx_feedback.comments import selectors
from cx_feedback.comments.models import NAME_LENGTH, Thread
from cx_feedback.comments.rendering.comment_renderer import Cards
from cx_feedback.comments.submission.comment_input import HONEYPOT
from cx_feedback.comments.submission.policies import Rules, remembered, rules_for
from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.pages import page_access
from cx_feedback.core.pages.served_page import is_previewed

#: Seconds for which a rendered part is kept; a change in the thread ends it sooner.
KEEP = 3600
#: For developers, as the docs of Django would say it.
NO_PAGE = "No comments: this block or tag knows no page; see the README on templates."


@dataclass(frozen=True)
class Conversation:
    """A page's thread with the rules that hold there."""

    page_id: int | None
    thread: Thread | None
    rules: Rules

    @property
    def published(self) -> int:
        return self.thread.published if self.thread else 0

    @property
    def version(self) -> int:
        """Grows with everything that readers see."""
        return self.thread.version if self.thread else 0

    @property
    def closed(self) -> bool:
        return self.rules.closed

    def cards(self) -> Cards:
        rules = self.rules
        return Cards(
            language=get_language() or "",
            votes=rules.votes,
            closed=self.closed,
            reactions=rules.reactions,
        )


def conversation(page: Any) -> Conversation:
    """Return the conversation of ``page``, a page or its id, None for an unsaved one."""
    page_id = page if isinstance(page, int) else getattr(page, "pk", None)
    thread = selectors.thread_of(page_id) if page_id else None
    rules = remembered(page, thread=thread) if page_id else rules_for(0, thread=None)
    return Conversation(page_id, thread, rules)


def section_or_reason(
    page: Any, context: Any, *, order: str = selectors.NEWEST, heading: str = ""
) -> SafeString:
    """Return the section of ``page``; without a page nothing, and in a preview why.

    A form that belongs to no page would be refused whatever is written into it.
    """
    previewed = is_previewed(context)
    if getattr(page, "pk", None) or (page is not None and previewed):
        return section(page, order=order, heading=heading)
    if previewed:
        return mark_safe(render_to_string("cx_feedback/comments/no_page.html"))
    return mark_safe(f"<!-- cx_feedback: {NO_PAGE} -->") if settings.DEBUG else mark_safe("")


def section(page: Any, *, order: str = selectors.NEWEST, heading: str = "") -> SafeString:
    """Return the whole section below an article: heading, form, comments, ways on."""
    talk = conversation(page if getattr(page, "pk", None) else None)
    title, url = getattr(page, "title", ""), getattr(page, "full_url", None) or ""
    key = _key(talk, order, heading, title, url)
    html = cache.get(key) if talk.page_id else None
    if html is None:
        part = selectors.thread_part(thread=talk.thread, order=order)
        context = {"heading": heading, "page_title": title, "page_url": url}
        context |= thread_context(talk, part, order)
        html = str(render_to_string("cx_feedback/comments/thread.html", context))
        if talk.page_id:
            cache.set(key, html, KEEP)
    return mark_safe(html)


def _key(talk: Conversation, *more: str) -> str:
    """Return the name under which a rendered part is kept: all that it depends on."""
    rules = talk.rules
    parts = [
        talk.thread and talk.thread.pk, talk.version, talk.closed, rules.votes,
        rules.reactions, rules.who, rules.edit_minutes, get_language(),
        timezone.get_current_timezone_name(), get_script_prefix(), page_access.visibility.current,
        *_login(), *(conf.get(f"COMMENTS_{name}") for name in _SETTINGS), *more,
    ]  # fmt: skip
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return f"cx:comments:{talk.page_id}:{digest}"


_SETTINGS = ("EMAIL", "LENGTH", "SHOWN", "REPLIES_SHOWN", "DEPTH")


def thread_context(
    talk: Conversation, part: selectors.ThreadPart, order: str = selectors.NEWEST
) -> dict[str, Any]:
    """Return the context of the templates that show a part of a thread."""
    cards = talk.cards()
    return {
        "cx_page_id": talk.page_id,
        "talk": talk,
        "part": part,
        "base": mark_safe(cards.base),
        "cards": cards.list(part.nodes),
        "order": order,
        "orders": selectors.ORDERS,
        **form_context(talk.rules),
    }


def form_context(rules: Rules) -> dict[str, Any]:
    """Return what ``form.html`` needs besides the page, the parent, values and errors."""
    login_url, login_offered = _login()
    return {
        "cx_lang": get_language() or "",
        "accounts_only": rules.accounts_only,
        "login_url": login_url,
        "login_offered": login_offered,
        "email_asked": conf.get("COMMENTS_EMAIL"),
        "text_limit": conf.get("COMMENTS_LENGTH"),
        "name_limit": NAME_LENGTH,
        "honeypot": HONEYPOT,
        "proof_days": conf.get("COMMENTS_PROOF_DAYS"),
    }


def _login() -> tuple[str, bool]:
    """Return where to log in, and whether guests are told of it: if the site names a place."""
    own = getattr(settings, "WAGTAIL_FRONTEND_LOGIN_URL", None)
    named = bool(own) or settings.LOGIN_URL != global_settings.LOGIN_URL
    return resolve_url(own or settings.LOGIN_URL), named
