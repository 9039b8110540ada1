"""Screens of what holds where: policies by page, sections of moderators."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.comments.models import Policy, Section


class OnPage(generic.CreateView):
    """Begins with the page that ``?page=`` names."""

    def get_initial(self) -> dict[str, Any]:
        page = self.request.GET.get("page", "")
        return {"page": page} if page.isascii() and page.isdigit() else {}


class PolicyViewSet(ModelViewSet):
    model = Policy
    name = "cx_comment_policies"
    url_prefix = "cx-comment-policies"
    icon = "lock-open"
    menu_label = _("Comment policies")
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = OnPage
    form_fields = ("page", "rule", "free_after", "close_after")
    list_display = (
        TitleColumn("page", label=_("Page and all below"), url_name="cx_comment_policies:edit"),
        Column("rule", label=_("Rule"), accessor=lambda p: p.get_rule_display() or "–"),
        Column("free_after", label=_("Free after"), accessor=lambda p: _or_dash(p.free_after)),
        Column("close_after", label=_("Close after"), accessor=lambda p: _or_dash(p.close_after)),
    )
    list_filter = ("rule",)
    search_fields = ("page__title",)
    search_backend_name = None
    ordering = "page__path"


class SectionViewSet(ModelViewSet):
    model = Section
    name = "cx_comment_sections"
    url_prefix = "cx-comment-sections"
    icon = "group"
    menu_label = _("Sections of moderators")
    add_to_reference_index = False
    copy_view_enabled = False
    form_fields = ("group", "page")
    list_display = (
        TitleColumn("group", label=_("Group"), url_name="cx_comment_sections:edit"),
        Column("page", label=_("Page and all below")),
    )
    list_filter = ("group",)
    search_fields = ("page__title", "group__name")
    search_backend_name = None
    ordering = ("group__name", "page__path")


def _or_dash(value: int | None) -> Any:
    return "–" if value is None else value
