"""The list of conversations, and what is done with several at once."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cx_feedback.conversations import permissions, services
from cx_feedback.conversations.experiment.inbox_order import get_drawn_ordering
from cx_feedback.conversations.experiment.order_draw import get_running_since
from cx_feedback.conversations.inbox.inbox_tabs import (
    LATE,
    MINE,
    NEW,
    SPAM,
    TABS,
    count_tabs,
)
from cx_feedback.conversations.models import (
    Conversation,
    ConversationMessage,
    ConversationTag,
)
from cx_feedback.conversations.services.decisions import CHOOSABLE_OUTCOMES
from cx_feedback.core.admin.keyboard_shortcuts import are_shortcuts_on
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.errors import Conflict, FeedbackError, get_error_text
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.permissions import AccessRule
from cx_feedback.core.text.search_folding import filter_by_words

#: Conversations on a page, and the characters of the last message that it shows.
PER_PAGE, EXCERPT = 50, 200
INBOX_URL = "cx_conversations:inbox"


class EditorViewMixin(PermissionCheckMixin):
    """For views of those who answer somewhere; ``self.scope`` says where."""

    required_permission: ClassVar[AccessRule] = permissions.ANSWER

    @cached_property
    def scope(self) -> permissions.Scope:
        return permissions.get_scope(self.request.user)  # type: ignore[attr-defined]


class InboxView(EditorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """The conversations of a tab, by default the new ones."""

    page_title = pgettext_lazy("conversation", "Conversations")
    header_icon = "mail"
    template_name = "cx_feedback/conversations/admin/inbox.html"
    _show_breadcrumbs = True

    @cached_property
    def tab(self) -> str:
        name = self.request.GET.get("tab", "")
        return name if name in TABS else NEW

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return build_menu(self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query, user = self.request.GET.get("q", ""), self.request.user
        rows = self.scope.conversations()
        if query:
            rows = filter_by_words(rows, query)
        if tag := self.request.GET.get("tag", ""):
            tagged = ConversationTag.objects.filter(name=tag[: ConversationTag.LONGEST])
            rows = rows.filter(pk__in=tagged.values("conversation"))
        tabs = count_tabs(rows, user, self.tab)
        is_late = any(one.count for one in tabs if one.tab.name == LATE)
        is_drawn = TABS[self.tab].is_queue and get_running_since() is not None
        found = TABS[self.tab].filter(rows, user).order_by(*self._get_ordering(is_drawn, is_late))
        paginator = Paginator(annotate_rows(found), PER_PAGE)
        paginator.count = next(one.count for one in tabs if one.is_current)
        return {
            **super().get_context_data(**kwargs),
            "tabs": tabs,
            "page": paginator.get_page(self.request.GET.get("p")),
            "query": query,
            "tag": tag,
            "asked": "".join(
                f"&{urlencode({name: value})}"
                for name, value in (("q", query), ("tag", tag))
                if value
            ),
            "is_drawn": is_drawn,
            "is_late": is_late,
            "is_mine": self.tab == MINE,
            "is_spam": self.tab == SPAM,
            "tab": self.tab,
            "outcomes": [(value.value, value.label) for value in CHOOSABLE_OUTCOMES],
            "here": self.request.get_full_path(),
            "keys": "on" if are_shortcuts_on(user) else "",
        }

    def _get_ordering(self, is_drawn: bool, is_late: bool) -> tuple[Any, ...]:
        if is_drawn:
            return get_drawn_ordering(timezone.now(), is_somebody_late=is_late)
        return TABS[self.tab].ordering


def build_menu(user: Any) -> list[Any]:
    """Return the links to other screens about conversations for the menu of the header."""
    links = [
        (
            "cx_conversations:promise_report",
            pgettext("conversation", "Promise kept"),
            "calendar-check",
        ),
        ("cx_conversations:effects", pgettext("conversation", "Did it help?"), "rotate"),
        ("cx_absences:index", pgettext("conversation", "Absences"), "user"),
    ]
    if permissions.SAVED_ANSWERS.any.is_granted_to(user):
        label = pgettext("conversation", "Saved answers")
        links.append(("cx_conversation_answers:index", label, "openquote"))
    if permissions.SECTIONS.any.is_granted_to(user):
        label = pgettext("conversation", "Editors by section")
        links.append(("cx_conversation_sections:index", label, "group"))
    return [
        HeaderButton(label=label, url=reverse(name), icon_name=icon) for name, label, icon in links
    ]


def annotate_rows(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Return ``rows`` with what the list shows of them, in one query and one for the tags."""
    last = ConversationMessage.objects.filter(conversation=OuterRef("pk")).exclude(
        direction=ConversationMessage.Direction.NOTE
    )
    excerpt = last.order_by("-pk").annotate(start=Substr("text", 1, EXCERPT)).values("start")
    tags = Prefetch("tags", ConversationTag.objects.order_by("name"))
    return (
        rows.defer("search_text")
        .annotate(excerpt=Subquery(excerpt[:1]))
        .select_related("page", "assignee")
        .prefetch_related(tags)
    )


class BulkView(EditorViewMixin, View):
    """Assign or close the ticked conversations, each as it was seen; return to the list.

    Each field ``conversation`` holds an id, a colon and the version that was shown.
    """

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        done, left = 0, 0
        errors: dict[str, None] = {}
        for pk, seen in self._read_ticked():
            try:
                self._decide(pk, seen)
                done += 1
            except Conflict:
                left += 1
            except FeedbackError as error:
                errors[get_error_text(error)] = None
        for text in errors:
            messages.error(request, text)
        self._tell(done, left, is_refused=bool(errors))
        tab = request.POST.get("tab", "")
        return redirect(f"{reverse(INBOX_URL)}?tab={tab if tab in TABS else NEW}")

    def _read_ticked(self) -> list[tuple[int, int]]:
        found = []
        for text in self.request.POST.getlist("conversation")[:PER_PAGE]:
            pk, _colon, version = text.partition(":")
            numbers = parse_id(pk), parse_id(version, digits=9)
            if numbers[0] and numbers[1] is not None:
                found.append((numbers[0], numbers[1]))
        return found

    def _decide(self, pk: int, seen: int) -> None:
        common: dict[str, Any] = {
            "conversation_id": pk,
            "user": self.request.user,
            "seen": seen,
            "among": self.scope.conversations(),
        }
        do = self.request.POST.get("do", "")
        if do == "accept":
            services.accept_conversation(**common)
        elif do == "spam":
            services.close_conversation(outcome=Conversation.Outcome.SPAM, **common)
        elif do == "take":
            services.assign_conversation(assignee=self.request.user, **common)
        else:
            services.close_conversation(outcome=self.request.POST.get("outcome", ""), **common)

    def _tell(self, done: int, left: int, *, is_refused: bool) -> None:
        if not (done or left or is_refused):
            messages.warning(self.request, _("Select some conversations first."))
        if done:
            words = ngettext("%(n)d conversation changed.", "%(n)d conversations changed.", done)
            messages.success(self.request, words % {"n": done})
        if left:
            words = ngettext(
                "%(n)d conversation has changed since you opened the list and was left as it is.",
                "%(n)d conversations have changed since you opened the list and were left as they "
                "are.",
                left,
            )
            messages.warning(self.request, words % {"n": left})
