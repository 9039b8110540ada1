"""The screen of one conversation: its messages, what the reader did, and the decisions on it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.conversations import permissions, services
from cx_feedback.conversations.assignment.absences import get_last_days
from cx_feedback.conversations.inbox.comment_answers import (
    attach_comments,
    build_channel_context,
    describe_sent,
    read_channel,
)
from cx_feedback.conversations.inbox.conversation_log import describe_assignments
from cx_feedback.conversations.inbox.inbox_views import INBOX_URL, EditorViewMixin
from cx_feedback.conversations.inbox.mentions import render_note
from cx_feedback.conversations.inbox.reader_activity import get_activity
from cx_feedback.conversations.inbox.saved_answers import (
    get_saved_answers,
    render_saved_answer,
)
from cx_feedback.conversations.models import (
    Conversation,
    ConversationMessage,
    ConversationTag,
    Mention,
    SavedAnswer,
)
from cx_feedback.conversations.models.messages import MOST_SHOWN
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.conversations.services.decisions import CHOOSABLE_OUTCOMES
from cx_feedback.conversations.services.spam_decisions import get_suspicions
from cx_feedback.core.admin.keyboard_shortcuts import are_shortcuts_on
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.parameters import parse_id, parse_moment
from cx_feedback.core.http.submitted_text import get_submitted_fields
from cx_feedback.core.people.account_names import admin_name
from cx_feedback.core.rooms.titles import get_admin_url
from cx_feedback.readers.permissions import VIEW_READER

#: The most accounts, tags and events that the screen shows.
MOST_EDITORS, MOST_TAGS, MOST_EVENTS = 200, 200, 500


class ConversationView(EditorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """One conversation; each button posts its name in ``do`` and the version that was seen."""

    header_icon = "mail"
    template_name = "cx_feedback/conversations/admin/conversation.html"
    page_title = pgettext_lazy("conversation", "Conversation")
    error: FeedbackError | None = None
    _show_breadcrumbs = True

    @cached_property
    def conversation(self) -> Conversation:
        rows = self.scope.conversations().select_related("page", "assignee", "reader")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_page_subtitle(self) -> str:
        row = self.conversation
        return row.subject or row.name or row.email or f"{self.page_title} {row.pk}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        inbox = str(pgettext_lazy("conversation", "Conversations"))
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INBOX_URL), "label": inbox},
            {"url": "", "label": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.conversation, self.request.user
        sees_reader = VIEW_READER.is_granted_to(user)
        others = self.scope.conversations().filter(reader=row.reader_id).exclude(pk=row.pk)
        thread = _list_messages(row)
        attach_comments(thread, user)
        newest = row.events.select_related("user").order_by("-version", "-pk")[:MOST_EVENTS]
        events = list(newest)[::-1]
        offered = ConversationTag.objects.order_by("name").values_list("name", flat=True)
        return {
            **super().get_context_data(**kwargs),
            "conversation": row,
            "here": self.request.path,
            "thread": thread,
            "is_cut": len(thread) == MOST_SHOWN,
            **build_channel_context(row, thread, self.request),
            "events": describe_assignments(events),
            "tags": ", ".join(row.tags.order_by("name").values_list("name", flat=True)),
            "offered_tags": offered.distinct()[:MOST_TAGS],
            "editors": _list_editors(row.assignee),
            "others": others.order_by("-pk")[:20],
            "saved_answers": get_saved_answers(),
            "outcomes": [(value.value, value.label) for value in CHOOSABLE_OUTCOMES],
            "text_limit": TEXT_LENGTH,
            "is_closed": row.state == Conversation.State.CLOSED,
            "is_spam": row.state == Conversation.State.SPAM,
            "suspicions": get_suspicions(events),
            "activity": get_activity(row.reader_id) if sees_reader else None,
            "reader_url": get_admin_url("cx_loyalty:reader", row.reader_id) if sees_reader else "",
            "keys": "on" if are_shortcuts_on(user) else "",
            "error": self.error,
            "changed": getattr(self.error, "current", None),
            "values": kwargs.get("values") or (self.request.POST if self.error else {}),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.POST.get("do") == "insert":
            return self._insert_saved_answer()
        if not self.scope.conversations().filter(pk=pk).exists():
            return render_gone(request)
        action = self._get_actions().get(request.POST.get("do", ""))
        if action is None:
            raise Http404
        try:
            said = action(self._get_common())
        except NotFound:
            return render_gone(request)
        except FeedbackError as error:
            self.error = error
            return self.render_to_response(self.get_context_data(), status=get_status(error))
        messages.success(request, said)
        return redirect("cx_conversations:conversation", pk=pk)

    def _insert_saved_answer(self) -> HttpResponse:
        """Return the filled text of a saved answer: for the script, else in the form again."""
        pk = parse_id(self.request.POST.get("saved", ""))
        saved = SavedAnswer.objects.filter(pk=pk).first() if pk else None
        text = render_saved_answer(saved, self.conversation, self.request.user) if saved else ""
        if not self.request.accepts("text/html"):
            return JsonResponse({"text": text})
        typed = self.request.POST.get("text", "").rstrip()
        together = "\n\n".join(filter(None, [typed, text]))
        return self.render_to_response(self.get_context_data(values={"text": together}))

    def _get_common(self) -> dict[str, Any]:
        seen = parse_id(self.request.POST.get("seen", ""), digits=9)
        return {
            "conversation_id": self.kwargs["pk"],
            "user": self.request.user,
            "seen": 0 if seen is None else seen,
            "among": self.scope.conversations(),
        }

    def _get_actions(self) -> dict[str, Callable[[dict[str, Any]], str]]:
        return {
            "answer": self._answer,
            "note": self._note,
            "assign": self._assign,
            "snooze": self._snooze,
            "close": self._close,
            "reopen": self._reopen,
            "accept": self._accept,
            "spam": self._mark_spam,
            "merge": self._merge,
            "tag": self._tag,
        }

    def _answer(self, common: dict[str, Any]) -> str:
        text, outcome = self.request.POST.get("text", ""), self.request.POST.get("outcome", "")
        channel = read_channel(self.request)
        message = services.answer_conversation(
            text=text,
            outcome=outcome,
            on_page=channel.on_page,
            by_mail=channel.by_mail,
            **common,
        )
        return describe_sent(message)

    def _note(self, common: dict[str, Any]) -> str:
        note = services.add_note(text=self.request.POST.get("text", ""), **common)
        mentions = Mention.objects.filter(message=note).select_related("account").order_by("pk")
        people = [admin_name(one.account) for one in mentions]
        said = _("The note is stored. Only editors see it.")
        return f"{said} {_('Notified: %s.') % ', '.join(people)}" if people else said

    def _assign(self, common: dict[str, Any]) -> str:
        account_id = self.request.POST.get("assignee", "")
        services.assign_to_account(account_id=account_id, **common)
        return _("Assigned.") if account_id else _("Nobody has it now.")

    def _snooze(self, common: dict[str, Any]) -> str:
        until = parse_moment(self.request.POST.get("until", ""))
        services.snooze_conversation(until=until, **common)
        return _("Put aside until then.")

    def _close(self, common: dict[str, Any]) -> str:
        services.close_conversation(outcome=self.request.POST.get("outcome", ""), **common)
        return _("The conversation is closed.")

    def _reopen(self, common: dict[str, Any]) -> str:
        services.reopen_conversation(**common)
        return _("The conversation is open again.")

    def _accept(self, common: dict[str, Any]) -> str:
        found = services.accept_conversation(**common)
        if found.pk != self.kwargs["pk"]:
            return _("The letter is in the reader's open conversation now.")
        return _("The conversation is new. Its times run from when the letter came in.")

    def _mark_spam(self, common: dict[str, Any]) -> str:
        services.close_conversation(outcome=Conversation.Outcome.SPAM, **common)
        return _("The conversation is closed as spam.")

    def _merge(self, common: dict[str, Any]) -> str:
        source = common.pop("conversation_id")
        target = parse_id(self.request.POST.get("target", "")) or 0
        services.merge_conversations(source_id=source, target_id=target, **common)
        return _("The messages are in the other conversation now.")

    def _tag(self, common: dict[str, Any]) -> str:
        names = self.request.POST.get("tags", "").split(",")
        services.tag_conversation(names=names, **common)
        return _("The tags are stored.")


def render_gone(request: HttpRequest) -> HttpResponse:
    """Return the page for a conversation that is gone, with the text that was written about it.

    Raises Http404 if nothing was written.
    """
    words = [word for word in get_submitted_fields(request.POST) if word.label]
    if not words:
        raise Http404
    template = "cx_feedback/conversations/admin/conversation_gone.html"
    # Not 404, of which LocaleMiddleware may make a redirect that loses the text.
    return render(request, template, {"words": words}, status=410)


def _list_editors(assignee: Any) -> list[tuple[Any, Any]]:
    """Return the accounts to choose from, each with its last day away if it is away today.

    The assignee is among them, also one who may no longer answer.
    """
    editors = list(permissions.get_editors()[:MOST_EDITORS])
    if assignee is not None and assignee not in editors:
        editors.append(assignee)
    away = get_last_days(editor.pk for editor in editors)
    return [(editor, away.get(editor.pk)) for editor in editors]


def _list_messages(row: Conversation) -> list[Any]:
    """Return the messages, those of notes with their text as ``html``."""
    found = row.messages.select_related("author").prefetch_related("mentions__account")
    thread: list[Any] = found.list_newest()
    for message in thread:
        if message.direction == ConversationMessage.Direction.NOTE:
            names = [one.account.get_username() for one in message.mentions.all()]
            message.html = render_note(message.text, names)
    return thread
