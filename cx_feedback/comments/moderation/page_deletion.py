"""Warnings about the comments that are deleted together with a page."""

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction

from cx_feedback.comments.models import Comment, Follow, State

#: States of comments that are not visible to anybody, including the author.
_REMOVED_STATES = (State.TOMBSTONE, State.ERASED)


def build_deletion_warning(pages: Iterable[Any]) -> str:
    """Return the warning for ``pages`` and their descendants, "" if they have no comments."""
    paths = [Q(thread__page__path__startswith=page.path) for page in pages]
    if not paths:
        return ""
    there = reduce(operator.or_, paths)
    comments = Comment.objects.filter(there).exclude(state__in=_REMOVED_STATES).count()
    follows = Follow.objects.filter(there, confirmed_at__isnull=False, ended_at__isnull=True)
    followers = follows.count()
    sentences = []
    if comments:
        words = ngettext(
            "%(n)d comment will be deleted too. This can't be undone.",
            "%(n)d comments will be deleted too. This can't be undone.",
            comments,
        )
        sentences.append(words % {"n": comments})
    if followers:
        words = ngettext(
            "%(n)d follower will no longer be told about new comments.",
            "%(n)d followers will no longer be told about new comments.",
            followers,
        )
        sentences.append(words % {"n": followers})
    if sentences:
        sentences.append(_("To keep the thread, unpublish the page instead."))
    return " ".join(sentences)


def warn_before_deletion(request: HttpRequest, page: Any) -> None:
    """Add the warning to Wagtail's confirmation page. Called by the hook before a deletion."""
    if request.method == "POST" and not _is_confirmation_wrong(request):
        return
    if warning := build_deletion_warning([page, *_get_cascading_pages(page)]):
        messages.warning(request, warning)


def _is_confirmation_wrong(request: HttpRequest) -> bool:
    """Return whether the site name that confirms a large deletion is wrong."""
    name = getattr(settings, "WAGTAIL_SITE_NAME", "wagtail")
    return request.POST.get("confirm_site_name", name) != name


def _get_cascading_pages(page: Any) -> list[Any]:
    """Return the translations and aliases that Wagtail deletes together with ``page``."""
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return []
    found: list[Any] = []
    for cascade in hooks.get_hooks("construct_translated_pages_to_cascade_actions"):
        for pages in (cascade([page], "delete") or {}).values():
            found += pages
    return found


class PageDeleteBulkAction(DeleteBulkAction):
    """Replaces Wagtail's bulk action to delete pages."""

    template_name = "cx_feedback/comments/admin/confirm_bulk_delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        pages = [one["item"] for one in context["items"]]
        return {**context, "warning": build_deletion_warning(pages)}
