"""REST: one conversation with its messages, and the decisions of editors on it.

Each decision names the ``version`` that was seen, and answers with the conversation as it is then.
Its Idempotency-Key, if it has one, makes repeats harmless.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.conversations import permissions, services
from cx_feedback.conversations.api import decision_serializers as inputs
from cx_feedback.conversations.api import serializers as shapes
from cx_feedback.conversations.models import Conversation
from cx_feedback.core.api.operation_traits import IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.serializers import InputSerializer
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import NotFound
from cx_feedback.core.http.parameters import LARGEST_ID
from cx_feedback.core.people.token_grants import TokenGrant
from cx_feedback.core.permissions import AccessRule
from cx_feedback.readers.acts.idempotent_actions import run_once

Method = Callable[..., Response]


class EditorAPIView(FeedbackAPIView):
    """An endpoint for editors, about the conversations that the account may answer."""

    required_permission: ClassVar[AccessRule | None] = permissions.ANSWER
    throttle_scope = "decision"

    def require_section(self, grant: TokenGrant) -> None:
        """Do nothing: ``permissions.get_scope`` is limited to the sections of a token."""

    def show_conversation(self, pk: int) -> Response:
        """Return the response with a conversation. Raises NotFound."""
        rows = permissions.get_scope(self.request.user).conversations().defer("search_text")
        found = rows.filter(pk=pk).first() if pk <= LARGEST_ID else None
        if found is None:
            raise NotFound
        return Response(shapes.ConversationDetailOut.build(found))


class ConversationView(EditorAPIView):
    """A conversation with its messages, as its editors see it."""

    @describe_endpoint(responses=shapes.ConversationDetailOut)
    def get(self, request: Request, conversation_id: int) -> Response:
        return self.show_conversation(conversation_id)


def _describe_decision(shape: type[InputSerializer]) -> Callable[[Method], Method]:
    return describe_endpoint(
        request=shape,
        responses={
            200: shapes.ConversationDetailOut,
            (409, "application/problem+json"): shapes.ConversationConflictOut,
        },
        traits=[IDEMPOTENT],
    )


class DecisionView(EditorAPIView):
    """The base of the decisions, which answers a conflict with what is new."""

    conflict_serializer = shapes.ConversationConflictOut

    def decide(
        self, service: Callable[..., Any], conversation_id: int, values: dict[str, Any]
    ) -> Response:
        """Call ``service`` once with the values of the body, and show the conversation."""
        user = self.request.user
        if conversation_id > LARGEST_ID:
            raise NotFound
        what = [service.__name__, conversation_id, values]
        arguments = {
            "conversation_id": conversation_id,
            "user": user,
            "among": permissions.get_scope(user).conversations(),
            **values,
        }
        arguments["seen"] = arguments.pop("version")

        def act() -> tuple[Any, None]:
            service(**arguments)
            return {}, None

        run_once(self.django_request, what, act, account=user)
        return self.show_conversation(conversation_id)

    def read(self, request: Request, shape: type[InputSerializer]) -> dict[str, Any]:
        return shape.read(self.get_json_object(request))


class AnswersView(DecisionView):
    """``POST {"text": "…", "version": 3}`` answers the reader, by mail to a proved address.

    With an ``outcome`` it closes the conversation as well.
    """

    @_describe_decision(inputs.AnswerIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.AnswerIn)
        return self.decide(services.answer_conversation, conversation_id, values)


class NotesView(DecisionView):
    """``POST {"text": "…", "version": 3}`` stores a note that only editors see."""

    @_describe_decision(inputs.NoteIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.NoteIn)
        return self.decide(services.add_note, conversation_id, values)


class AssignView(DecisionView):
    """``POST {"assignee": 5, "version": 3}`` assigns it to an account, or with null to nobody."""

    @_describe_decision(inputs.AssignmentIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.AssignmentIn)
        return self.decide(_assign_to_account, conversation_id, values)


class SnoozeView(DecisionView):
    """``POST {"until": "2026-05-31T09:00:00+02:00", "version": 3}`` puts it aside until then."""

    @_describe_decision(inputs.SnoozeIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.SnoozeIn)
        return self.decide(services.snooze_conversation, conversation_id, values)


class CloseView(DecisionView):
    """``POST {"outcome": "solved", "version": 3}`` closes it."""

    @_describe_decision(inputs.ClosingIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.ClosingIn)
        return self.decide(services.close_conversation, conversation_id, values)


class ReopenView(DecisionView):
    """``POST {"version": 3}`` opens a closed or snoozed conversation again."""

    @_describe_decision(inputs.DecisionIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.DecisionIn)
        return self.decide(services.reopen_conversation, conversation_id, values)


class TagsView(DecisionView):
    """``POST {"tags": ["bill"], "version": 3}`` gives it exactly these tags."""

    @_describe_decision(inputs.TagsIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.TagsIn)
        return self.decide(services.tag_conversation, conversation_id, values)


class MergeView(DecisionView):
    """``POST {"target": 7, "version": 3}`` moves its messages to another and closes it."""

    @_describe_decision(inputs.MergeIn)
    def post(self, request: Request, conversation_id: int) -> Response:
        values = self.read(request, inputs.MergeIn)
        return self.decide(_merge_into, conversation_id, values)


def _assign_to_account(*, assignee: Any, **common: Any) -> Conversation:
    return services.assign_to_account(account_id=assignee, **common)


def _merge_into(*, conversation_id: int, **common: Any) -> Conversation:
    return services.merge_conversations(source_id=conversation_id, **common)
