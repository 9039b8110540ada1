"""Actions on one response or several: marking, tagging and deleting them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from wagtail.admin import messages

from cx_feedback.core.errors import InvalidInput, get_error_text
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.surveys import permissions
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.services.response_deletion import LONGEST_REASON, delete_responses
from cx_feedback.surveys.services.response_states import ResponseDecision, mark_responses
from cx_feedback.surveys.services.response_tags import add_tag, remove_tag
from cx_feedback.surveys.single_responses.list_view import ResponsesTabView

#: The most responses of one decision, and those that a message names.
MAX_RESPONSES, MAX_NAMED = 200, 10


class DecisionView(ResponsesTabView):
    """Base of the views that decide on the posted responses and return to ``next``.

    Each field ``response`` holds an id, a colon and the state in which it was shown.
    """

    http_method_names = ["post", "options"]
    required_permission = permissions.CHANGE_RESPONSES
    filterable = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.seen:
            messages.warning(request, _("Select some responses first."))
            return self.go_back()
        try:
            return self.decide()
        except InvalidInput as error:
            messages.error(request, get_error_text(error))
            return self.go_back()

    def decide(self) -> HttpResponse:
        """Carry out the decision; raises InvalidInput."""
        raise NotImplementedError

    @property
    def seen(self) -> dict[int, str]:
        """Return the states in which the responses were shown, by id."""
        found: dict[int, str] = {}
        for text in self.request.POST.getlist("response")[:MAX_RESPONSES]:
            pk, _colon, state = text.partition(":")
            if (number := parse_id(pk)) and state in Response.State.values:
                found[number] = state
        return found

    def go_back(self) -> HttpResponse:
        """Return to the screen that the user came from."""
        return redirect(self.back_url)

    @property
    def back_url(self) -> str:
        """Return the URL of the screen that the user came from, else of the list."""
        url, request = self.request.POST.get("next", ""), self.request
        ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
        return url if ours else self.url("results_responses")

    def tell(self, decision: ResponseDecision, done: Callable[[int], str]) -> None:
        """Tell what was done, and what was left alone and why."""
        if decision.changed:
            messages.success(self.request, done(len(decision.changed)))
        if decision.conflicts:
            messages.warning(self.request, describe_conflicts(decision.conflicts))
        if decision.gone:
            ids = format_ids(decision.gone)
            words = ngettext(
                "Response %(ids)s had already been deleted by somebody else.",
                "Responses %(ids)s had already been deleted by somebody else.",
                len(decision.gone),
            )
            messages.warning(self.request, words % {"ids": ids})


def format_ids(ids: Any) -> str:
    """Return ids in a line, the first ones if they are many."""
    every = [str(pk) for pk in ids]
    return ", ".join(every[:MAX_NAMED]) + ("…" if len(every) > MAX_NAMED else "")


def describe_conflicts(conflicts: dict[int, str]) -> str:
    """Return a sentence on the responses that others changed meanwhile."""
    told = [f"{pk} ({Response.State(state).label})" for pk, state in sorted(conflicts.items())]
    return ngettext(
        "Somebody else has changed response %(ids)s meanwhile. It was left as it is now.",
        "Somebody else has changed responses %(ids)s meanwhile. They were left as they are now.",
        len(conflicts),
    ) % {"ids": format_ids(told)}


def _describe_marks(state: str, n: int) -> str:
    words = {
        Response.State.COUNTED: ngettext(
            "%(n)d response counts now.", "%(n)d responses count now.", n
        ),
        Response.State.TEST: ngettext(
            "%(n)d response is marked as a test and no longer counts.",
            "%(n)d responses are marked as tests and no longer count.",
            n,
        ),
        Response.State.SPAM: ngettext(
            "%(n)d response is marked as spam and no longer counts.",
            "%(n)d responses are marked as spam and no longer count.",
            n,
        ),
    }
    return words[Response.State(state)] % {"n": n}


class MarkView(DecisionView):
    def decide(self) -> HttpResponse:
        state = self.request.POST.get("state", "")
        if state not in Response.State.values:
            raise InvalidInput(fields={"state": [_("Choose a state.")]})
        decision = mark_responses(
            survey=self.object, seen=self.seen, state=state, user=self.request.user
        )
        self.tell(decision, lambda n: _describe_marks(state, n))
        return self.go_back()


class TagView(DecisionView):
    def decide(self) -> HttpResponse:
        given = {"survey": self.object, "response_ids": self.seen, "user": self.request.user}
        if name := self.request.POST.get("remove", ""):
            self.tell(remove_tag(name=name, **given), _describe_removed)
            return self.go_back()
        name = self.request.POST.get("tag", "")
        decision = add_tag(name=name, **given)
        if decision.conflicts:
            full = _("These have as many tags as a response can have: %(ids)s.")
            messages.warning(self.request, full % {"ids": format_ids(decision.conflicts)})
        told = ResponseDecision(decision.changed, {}, decision.gone)
        self.tell(told, lambda n: _describe_tagged(name.strip(), n))
        return self.go_back()


def _describe_tagged(name: str, n: int) -> str:
    words = ngettext(
        "%(n)d response has the tag “%(tag)s” now.",
        "%(n)d responses have the tag “%(tag)s” now.",
        n,
    )
    return words % {"n": n, "tag": name}


def _describe_removed(n: int) -> str:
    return ngettext(
        "The tag was removed from %(n)d response.", "The tag was removed from %(n)d responses.", n
    ) % {"n": n}


class DeleteView(DecisionView):
    """Asks for a reason, then deletes."""

    required_permission = permissions.DELETE_RESPONSES
    page_title = pgettext_lazy("responses", "Delete responses")
    content = "cx_feedback/surveys/admin/responses/confirm_delete.html"

    def decide(self) -> HttpResponse:
        if "reason" not in self.request.POST:
            return self._ask()
        reason = self.request.POST["reason"]
        try:
            decision = delete_responses(
                survey=self.object, seen=self.seen, reason=reason, user=self.request.user
            )
        except InvalidInput as error:
            return self._ask(error=get_error_text(error))
        self.tell(decision, _describe_deleted)
        return self.go_back()

    def _ask(self, error: str = "") -> HttpResponse:
        context = {
            **self.get_context_data(),
            "chosen": [f"{pk}:{state}" for pk, state in self.seen.items()],
            "n": len(self.seen),
            "ids": format_ids(self.seen),
            "next": self.back_url,
            "error": error,
            "longest": LONGEST_REASON,
            "delete_url": self.url("results_responses_delete"),
        }
        return render(self.request, self.template_name, context, status=400 if error else 200)


def _describe_deleted(n: int) -> str:
    words = ngettext("%(n)d response was deleted.", "%(n)d responses were deleted.", n)
    return words % {"n": n}
