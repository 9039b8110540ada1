"""The moderation queue."""

import uuid
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from cx_feedback.comments import permissions
from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.comments.moderation import decision_buttons
from cx_feedback.comments.moderation.author_notes import attach_notes
from cx_feedback.comments.moderation.ban_form import BanForm
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.comment_search import search_comments
from cx_feedback.comments.moderation.queue_filters import QueueFilterSet
from cx_feedback.comments.moderation.queue_groups import group_comments
from cx_feedback.comments.moderation.queue_rows import (
    QueueRow,
    build_grouped_rows,
    build_rows,
    match_author,
)
from cx_feedback.comments.moderation.queue_tab_names import ALL, EDITED, FLAGGED, OBJECTED, UNREAD
from cx_feedback.comments.moderation.queue_tabs import build_tabs, count_queue, filter_by_tab
from cx_feedback.comments.moderation.rejection_reasons import get_site_reasons
from cx_feedback.comments.moderation.saved_replies import get_options
from cx_feedback.comments.moderation.spam_findings import describe_promise
from cx_feedback.core.admin.keyboard_shortcuts import are_shortcuts_on
from cx_feedback.core.http.parameters import parse_page_id

#: Tabs that show the oldest comments first.
_OLDEST_FIRST = (State.PENDING, EDITED, FLAGGED, OBJECTED, UNREAD)


class QueueView(ModeratorViewMixin, BaseListingView):
    """The comments of a tab, by default the pending ones."""

    model = Comment
    page_title = pgettext_lazy("comment", "Comments")
    header_icon = "comment"
    template_name = "cx_feedback/comments/admin/queue.html"
    results_template_name = "cx_feedback/comments/admin/queue_results.html"
    index_url_name = "cx_comments:queue"
    index_results_url_name = "cx_comments:queue_results"
    filterset_class = QueueFilterSet
    is_searchable = True
    search_fields: ClassVar[list[str]] = ["search_text"]
    paginate_by = 50

    @cached_property
    def state(self) -> str:
        state = self.request.GET.get("state", "")
        known = {*State.values, EDITED, FLAGGED, OBJECTED, UNREAD, ALL} - {State.AWAITING.value}
        return state if state in known else str(State.PENDING.value)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return build_menu(self.request)

    @cached_property
    def active_filters(self) -> list[Any]:
        """Show the author's name instead of the key in the URL."""
        found = super().active_filters
        return [
            f._replace(value=self._get_author_name(f.value)) if f.auto_id == "id_author" else f
            for f in found
        ]

    def _get_author_name(self, value: str) -> str:
        if not value.startswith(("key:", "reader:")):
            return value
        newest = self.scope.comments().filter(match_author(value)).order_by("-pk").first()
        return newest.name if newest else "–"

    def get_filterset_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs()
        data = kwargs["data"].copy()
        data["state"] = self.state
        return {**kwargs, "data": data}

    def get_base_queryset(self) -> QuerySet[Comment]:
        return self.scope.comments().select_related("thread__page", "parent", "user")

    def get_valid_orderings(self) -> list[str]:
        return ["pk", "-pk"]

    def get_ordering(self) -> str:
        self.default_ordering = "pk" if self.state in _OLDEST_FIRST else "-pk"
        ordering: str = super().get_ordering()
        return ordering

    def order_queryset(self, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """Order the comments. Suspected spam that waits comes last."""
        if self.state == State.PENDING:
            return queryset.order_by("suspected", self.ordering)
        ordered: QuerySet[Comment] = super().order_queryset(queryset)
        return ordered

    def search_queryset(self, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """Apply the search, count the comments of each tab, then filter by tab."""
        if self.is_searching:
            queryset = search_comments(queryset, self.search_query)
        filtered = bool(self.is_searching or self.is_filtering)
        found = count_queue(queryset, filtered=filtered)
        self.counts, self.newest = found.by_tab, found.newest
        if not filtered:
            self.request.cx_pending_comments = found.by_tab[State.PENDING]  # for the menu
        self.tab = filter_by_tab(queryset, self.state)
        return self.tab

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        """Return a paginator of what the tab has counted."""
        paginator = super().get_paginator(*args, **kwargs)
        paginator.count = self.counts[self.state]
        return paginator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        bulk = decision_buttons.BULK_DECISIONS.get(self.state, ())
        rows = self._build_rows(list(context["object_list"]))
        attach_notes(rows, self.scope, self.request.user)
        context.update(
            rows=rows,
            saved_replies=get_options(),
            state=self.state,
            tabs=build_tabs(self.counts, self.state),
            bulk=[
                decision_buttons.DecisionButton(
                    a, decision_buttons.get_label(a, self.state), a == bulk[0]
                )
                for a in bulk
            ],
            group_acts=decision_buttons.build_group_buttons(self.state),
            reasons_of_sites=get_site_reasons(),
            ban_form=BanForm(),
            here=self._get_current_url(),
            thread=self._get_thread(),
            newest=self.newest,
            newest_first=self.ordering == "-pk",
            words=self._get_script_data(),
            classifier=self._describe_classifier(),
        )
        return context

    def _build_rows(self, comments: list[Comment]) -> list[QueueRow]:
        """Return the rows; those of waiting comments stand with what belongs to them."""
        if self.state != State.PENDING:
            return build_rows(comments, self.scope.comments())
        groups = group_comments(comments, self.tab)
        return build_grouped_rows(groups, self.scope.comments())

    def _get_script_data(self) -> dict[str, Any]:
        """Return the texts and URLs for the script."""
        return {
            "problems": _get_problem_texts(),
            "dropped": _("That one was not decided."),
            "home": reverse("wagtailadmin_home"),
            "login": f"{_get_login_url()}?{urlencode({'next': self._get_current_url()})}",
            "logIn": _("Log in again in a new tab"),
            "none": _("Select some comments first."),
            "alone": _("No other comment stands with this one."),
            "not": _("This action is not available for this comment."),
            "ticked": pgettext("comment", "Selected:"),
            "fresh": _("Show it as it is now"),
            "nothingToUndo": _("There is nothing to undo."),
            "news": reverse("cx_comments:news"),
            "rows": reverse("cx_comments:rows"),
            "undo": reverse("cx_comments:undo", args=[uuid.UUID(int=0)]),
            "results": reverse(self.index_results_url_name),
            "keys": are_shortcuts_on(self.request.user),
        }

    def _describe_classifier(self) -> str:
        return describe_promise() if self.state in (State.SPAM, State.PENDING) else ""

    def _get_current_url(self) -> str:
        """Return the URL of the current view, to return to after a decision."""
        query = self.request.GET.copy()
        query.pop("_w_filter_fragment", None)
        return f"{reverse(self.index_url_name)}?{query.urlencode()}"

    def _get_thread(self) -> Thread | None:
        """Return the thread of the page that the queue is filtered by."""
        page = parse_page_id(self.request.GET.get("page", ""))
        rows = Thread.objects.select_related("page")
        found = rows.filter(page_id=page).first() if page else None
        return found if found and self.scope.holds(found.page.path) else None


def build_menu(request: HttpRequest) -> list[Any]:
    """Return the links to other moderation pages for the menu of the header."""
    links = [
        ("cx_comments:log", pgettext("comment", "Decisions"), "history"),
        ("cx_comments:performance", pgettext("comment", "Moderation activity"), "cx-gauge"),
        ("cx_comments:transparency", _("Transparency report"), "list-ul"),
        ("cx_comments:spam", pgettext("comment", "Spam detection"), "warning"),
        ("cx_comments:bans", pgettext("comment", "Bans"), "no-view"),
    ]
    for model_permissions, name, label, icon in (
        (
            permissions.SAVED_REPLIES,
            "cx_comment_replies:index",
            _("Saved replies"),
            "openquote",
        ),
        (
            permissions.POLICIES,
            "cx_comment_policies:index",
            pgettext("comment", "Policies by page"),
            "lock-open",
        ),
        (
            permissions.SECTIONS,
            "cx_comment_sections:index",
            pgettext("comment", "Moderators by section"),
            "group",
        ),
    ):
        if model_permissions.any.is_granted_to(request.user):
            links.append((name, label, icon))
    if permissions.MODERATE_EVERYWHERE.is_granted_to(request.user):
        links.append(("cx_comments:imports", pgettext("comment", "Past imports"), "download"))
    return [
        HeaderButton(label=label, url=reverse(name), icon_name=icon) for name, label, icon in links
    ]


def _get_login_url() -> str:
    return resolve_url(getattr(settings, "WAGTAILADMIN_LOGIN_URL", "wagtailadmin_login"))


def _get_problem_texts() -> dict[str, str]:
    """Return the messages for decisions that could not be sent, by status or kind."""
    return {
        "login": _(
            "Your session has ended. Your decision is kept and will be sent when you log in."
        ),
        "network": _("The server can't be reached. Your decision is kept here."),
        "403": _(
            "Your account doesn't have permission to decide this. Your decision is kept here."
        ),
        "404": _("This comment no longer exists. Your decision is kept here."),
        "409": _("Somebody else has changed this comment. Your decision is kept here."),
        "other": _("The server couldn't save this. Your decision is kept here: send it again."),
    }
