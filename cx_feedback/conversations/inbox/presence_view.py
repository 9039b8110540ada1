"""Answers to an open inbox or conversation every ten seconds: who else is there, what is new."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from cx_feedback.conversations.inbox.inbox_views import PER_PAGE, EditorViewMixin
from cx_feedback.conversations.models import ConversationEvent
from cx_feedback.core.admin.presence import describe_presence, record_presence
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.people.account_names import admin_name

#: The most events that are told.
MOST_EVENTS = 5


class PresenceView(EditorViewMixin, View):
    """Answer who else looks at conversations or writes in them; 304 if nothing has changed.

    Parameters: ``ids`` are those that are shown, separated by commas, ``at`` the one that is open,
    ``seen`` its version on the screen, and ``writing`` is "1" if something is written there.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        versions = self._get_versions(request.GET.get("ids", ""))
        at = parse_id(request.GET.get("at", ""))
        people = record_presence(
            request.user,
            at if at in versions else None,
            versions,
            kind="conversation",
            is_writing=request.GET.get("writing") == "1",
        )
        version = versions.get(at or 0, 0)
        etag = _build_etag(version, people)
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            return unchanged
        seen = parse_id(request.GET.get("seen", ""), digits=9) or 0
        answer = {
            "looking": {pk: describe_presence(who) for pk, who in people.items()},
            "news": _describe_news(at, seen) if at and version > seen > 0 else "",
        }
        return JsonResponse(answer, headers={"ETag": etag})

    def _get_versions(self, ids: str) -> dict[int, int]:
        """Return the versions of those in the scope: nobody is seen at others, or sees who is."""
        asked = {pk for pk in map(parse_id, ids.split(",")[:PER_PAGE]) if pk}
        rows = self.scope.conversations().filter(pk__in=asked)
        return dict(rows.values_list("pk", "version")) if asked else {}


def _describe_news(conversation_id: int, seen: int) -> str:
    """Return what was done since a version, newest first."""
    rows = ConversationEvent.objects.filter(conversation=conversation_id, version__gt=seen)
    events = rows.select_related("user").order_by("-version", "-pk")[:MOST_EVENTS]
    done = ", ".join(_describe_event(event) for event in events)
    return _("Meanwhile: %s. Sending shows you what is new first.") % done


def _describe_event(event: ConversationEvent) -> str:
    who = admin_name(event.user) if event.user else ""
    what = str(event.get_action_display())
    if not who:
        return what
    return pgettext("conversation", "%(what)s by %(who)s") % {"what": what, "who": who}


def _build_etag(version: int, people: dict[int, Any]) -> str:
    text = repr((version, sorted(people.items())))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
