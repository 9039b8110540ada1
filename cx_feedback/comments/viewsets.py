"""Admin screens of comment policies by page and of sections of moderators."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, npgettext, pgettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.models import Site

from cx_feedback.comments import permissions
from cx_feedback.comments.models import CommentSettings, Policy, Rule, SavedReply, Section
from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.core.sections import viewsets as section_viewsets


class PolicyCreateView(generic.CreateView):
    """A form with the page of ``?page=`` as its initial value."""

    def get_initial(self) -> dict[str, Any]:
        return {"page": parse_page_id(self.request.GET.get("page", ""))}


@dataclass(frozen=True)
class SiteRule:
    """The settings of a site in words, for pages without a policy. ``url`` edits them."""

    name: str
    words: str
    url: str


class PolicyIndexView(generic.IndexView):
    """The list of policies, below the settings of the sites."""

    template_name = "cx_feedback/comments/admin/policies.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        may_change = permissions.CHANGE_SETTINGS.is_granted_to(user)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "site_rules": get_site_rules(with_links=may_change)}


def get_site_rules(*, with_links: bool) -> list[SiteRule]:
    """Return the settings of all sites in words, with three queries at most."""
    stored = {row.site_id: row for row in CommentSettings.objects.all()}
    found = []
    for site in Site.objects.order_by("-is_default_site", "hostname"):
        own = stored.get(site.pk) or CommentSettings(site=site)
        parts = [str(own.get_rule_display())]
        if own.rule == Rule.TRUSTED:
            parts.append(
                npgettext("comment", "after %d comment", "after %d comments", own.free_after)
                % own.free_after
            )
        if own.close_after:
            closes = ngettext("closes after %d day", "closes after %d days", own.close_after)
            parts.append(closes % own.close_after)
        where = ("cx_feedback_comments", "commentsettings", site.pk)
        url = reverse("wagtailsettings:edit", args=where) if with_links else ""
        found.append(SiteRule(site.site_name or site.hostname, ", ".join(parts), url))
    return found


@clean_requests
class PolicyViewSet(RoomModelViewSet):
    model = Policy
    model_permissions = permissions.POLICIES
    name = "cx_comment_policies"
    url_prefix = "cx-feedback/comment-policies"
    icon = "lock-open"
    menu_label = pgettext_lazy("comment", "Comment policies")
    index_view_class = PolicyIndexView
    add_view_class = PolicyCreateView
    form_fields = ("page", "rule", "free_after", "close_after")
    list_display = (
        TitleColumn("page", label=_("Page and all below"), url_name="cx_comment_policies:edit"),
        Column(
            "rule",
            label=pgettext_lazy("comment", "Moderation"),
            accessor=lambda p: p.get_rule_display() or "–",
        ),
        Column(
            "free_after",
            label=pgettext_lazy("comment", "Free after"),
            accessor=lambda p: _or_dash(p.free_after),
        ),
        Column(
            "close_after",
            label=pgettext_lazy("comment", "Close after"),
            accessor=lambda p: _or_dash(p.close_after),
        ),
    )
    list_filter = ("rule",)
    search_fields = ("page__title",)
    ordering = "page__path"


@clean_requests
class SectionViewSet(section_viewsets.SectionViewSet):
    model = Section
    model_permissions = permissions.SECTIONS
    refusal = _("You can only assign what you moderate yourself.")
    name = "cx_comment_sections"
    url_prefix = "cx-feedback/comment-sections"
    menu_label = pgettext_lazy("comment", "Moderators by section")


@clean_requests
class SavedReplyViewSet(RoomModelViewSet):
    model = SavedReply
    model_permissions = permissions.SAVED_REPLIES
    name = "cx_comment_replies"
    url_prefix = "cx-feedback/comment-replies"
    icon = "openquote"
    menu_label = _("Saved replies")
    form_fields = ("title", "text")
    list_display = (
        TitleColumn(
            "title", label=pgettext_lazy("comment", "Title"), url_name="cx_comment_replies:edit"
        ),
        Column("text", label=pgettext_lazy("comment", "Text")),
    )
    search_fields = ("title", "text")
    ordering = "title"


def _or_dash(value: Any) -> Any:
    return "–" if value is None else value
