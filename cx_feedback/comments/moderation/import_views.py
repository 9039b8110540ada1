"""The page of past imports by source."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.comments import permissions
from cx_feedback.comments.models import Comment, ImportedPage, Mention
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs


@dataclass
class ImportSource:
    """A system from which comments were imported."""

    name: str
    comments: int = 0
    pages: int = 0
    mentions: int = 0
    newest: Any = None


def get_import_sources() -> list[ImportSource]:
    """Return the sources with their counts, with three queries."""
    found: dict[str, ImportSource] = {}
    comments = Comment.objects.exclude(external_id="").order_by().values_list("source")
    for name, number, newest in comments.annotate(n=Count("pk"), newest=Max("created_at")):
        source = found.setdefault(name, ImportSource(name))
        source.comments, source.newest = number, newest
    for name, number in ImportedPage.objects.values_list("source").annotate(n=Count("pk")):
        found.setdefault(name, ImportSource(name)).pages = number
    for name, number in Mention.objects.values_list("source").annotate(n=Count("pk")):
        found.setdefault(name, ImportSource(name)).mentions = number
    return sorted(found.values(), key=lambda source: source.name)


class ImportsView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Past imports, for moderators of all pages."""

    required_permission = permissions.MODERATE_EVERYWHERE
    template_name = "cx_feedback/comments/admin/imports.html"
    page_title = pgettext_lazy("comment", "Past imports")
    header_icon = "download"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages = ImportedPage.objects.select_related("page").order_by("-imported_at", "-pk")
        return {
            **super().get_context_data(**kwargs),
            "sources": get_import_sources(),
            "pages": pages[:100],
        }
