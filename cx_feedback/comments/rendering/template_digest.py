"""A digest of the templates of a thread, so that a rendered one does not outlive their change.

A site that is deployed with another ``comment.html`` shows it at once, and so does a developer's
browser. Templates that a site's own ones include by other names are not part of it: they count
once the thread changes or ``thread_renderer.KEEP`` is over.
"""

import hashlib
from functools import lru_cache

from django.template.loader import get_template

#: ``thread.html`` and everything that it includes.
TEMPLATES = (
    "cx_feedback/comments/thread.html",
    "cx_feedback/comments/form.html",
    "cx_feedback/comments/thanks.html",
    "cx_feedback/comments/sort_orders.html",
    "cx_feedback/comments/comment.html",
    "cx_feedback/comments/comment_actions.html",
    "cx_feedback/comments/reactions.html",
    "cx_feedback/core/form_place.html",
    "cx_feedback/core/honeypot.html",
    "cx_feedback/core/kept.html",
)


def get_template_digest() -> str:
    """Return a digest of the sources of ``TEMPLATES``, the same in every process."""
    return _digest(tuple(_read_source(name) for name in TEMPLATES))


def _read_source(name: str) -> str:
    """Return the source that Django keeps with a loaded template, "" in another engine."""
    return str(getattr(getattr(get_template(name), "template", None), "source", ""))


@lru_cache(maxsize=2)
def _digest(sources: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]
