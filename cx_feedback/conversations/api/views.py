"""REST views: letters of readers, and the conversations for editors' programs by cursor."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.conversations import permissions
from cx_feedback.conversations.api import serializers as shapes
from cx_feedback.conversations.api.decision_serializers import ReaderAnswerIn
from cx_feedback.conversations.api.decision_views import EditorAPIView
from cx_feedback.conversations.letters.letter_input import LetterIn, read_letter
from cx_feedback.conversations.letters.letter_requests import send_letter
from cx_feedback.conversations.mails.conversation_links import read_link
from cx_feedback.conversations.models import Conversation
from cx_feedback.conversations.reader_pages.reader_answers import send_reader_answer
from cx_feedback.core.api.cursor_lists import CURSOR_PARAMETERS, read_part
from cx_feedback.core.api.operation_traits import CHALLENGES, IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import SAFE, FeedbackAPIView
from cx_feedback.core.errors import InvalidInput, Refused
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.permissions import AccessRule
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie

STATE = OpenApiParameter(
    "state", str, enum=[*Conversation.State.values], description="All states without it."
)


class ConversationsView(EditorAPIView):
    """``POST {"text": "…", "email": "ana@example.org", "page": 12}``: write to the editors.

    ``GET`` returns the conversations that the account may answer, by their ids, oldest first.
    """

    throttle_scope = "mail"

    def get_required_permission(self) -> AccessRule | None:
        return permissions.ANSWER if self.request.method in SAFE else None

    @describe_endpoint(
        operation_id="conversations_list",
        parameters=[*CURSOR_PARAMETERS, STATE],
        responses=shapes.ConversationsOut,
    )
    def get(self, request: Request) -> Response:
        rows = permissions.get_scope(request.user).conversations().defer("search_text")
        if state := request.query_params.get("state", ""):
            if state not in Conversation.State.values:
                raise InvalidInput(fields={"state": [_("There is no such state.")]})
            rows = rows.filter(state=state)
        return Response(shapes.ConversationsOut.build(read_part(request, rows)))

    @describe_endpoint(
        request=LetterIn, responses={202: shapes.LetterOut}, traits=[IDEMPOTENT, CHALLENGES]
    )
    def post(self, request: Request) -> Response:
        body = self.get_json_object(request)
        page_id = require_page(read_page_id(body), self.django_request)
        letter = read_letter(body, page_id=page_id)
        reader = send_letter(self.django_request, body, letter, is_form=False)
        response = Response(shapes.LetterOut.build({"state": "received"}), status=202)
        set_reader_cookie(self.django_request, response, reader)
        return response


class OwnConversationView(FeedbackAPIView):
    """``POST {"text": "…"}``: the answer of a reader, whom the link in a mail names.

    ``token`` is that of the link, which opens the conversation for some days.
    """

    @describe_endpoint(
        request=ReaderAnswerIn,
        responses={201: shapes.ReaderAnswerOut},
        traits=[IDEMPOTENT],
    )
    def post(self, request: Request, token: str) -> Response:
        values = ReaderAnswerIn.read(self.get_json_object(request))
        opened = read_link(token)
        if not opened.is_valid:
            raise Refused(_("This link has expired. Open it again to have a new one sent."))
        send_reader_answer(self.django_request, opened.conversation, values["text"], is_form=False)
        return Response(shapes.ReaderAnswerOut.build({"state": "received"}), status=201)
