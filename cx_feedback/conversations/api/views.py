"""REST views: letters of readers, and the conversations for editors' programs by cursor."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.conversations import permissions
from cx_feedback.conversations.api import serializers as shapes
from cx_feedback.conversations.letters.letter_input import LetterIn, read_letter
from cx_feedback.conversations.letters.letter_requests import send_letter
from cx_feedback.conversations.models import Conversation
from cx_feedback.core.api.operation_traits import CHALLENGES, IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import SAFE, FeedbackAPIView
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_number, read_page_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.people.token_grants import TokenGrant
from cx_feedback.core.permissions import AccessRule
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie

#: Conversations on a page by default, and at most.
PAGE_SIZE, MAX_PAGE_SIZE = 100, 1_000
PARAMETERS = [
    OpenApiParameter("cursor", int, description="Where the next page begins; see `next`."),
    OpenApiParameter(
        "limit", int, description="Conversations on a page, 1 to 1000; 100 by default."
    ),
    OpenApiParameter(
        "state", str, enum=[*Conversation.State.values], description="All states without it."
    ),
]


class ConversationsView(FeedbackAPIView):
    """``POST {"text": "…", "email": "ana@example.org", "page": 12}``: write to the editors.

    ``GET`` returns the conversations that the account may answer, by their ids, oldest first.
    """

    throttle_scope = "mail"
    token_permission = permissions.ANSWER

    def get_required_permission(self) -> AccessRule | None:
        return permissions.ANSWER if self.request.method in SAFE else None

    def require_section(self, grant: TokenGrant) -> None:
        """Do nothing: ``permissions.get_scope`` is limited to the sections of a token."""

    @describe_endpoint(parameters=PARAMETERS, responses=shapes.ConversationsOut)
    def get(self, request: Request) -> Response:
        limit, cursor, state = _read_query(request.query_params)
        rows = permissions.get_scope(request.user).conversations().filter(pk__gt=cursor)
        if state:
            rows = rows.filter(state=state)
        found = list(rows.defer("search_text").order_by("pk")[: limit + 1])
        shown = found[:limit]
        following = None
        if len(found) > limit:
            query = {**request.query_params.dict(), "cursor": shown[-1].pk}
            following = f"{self.django_request.build_absolute_uri(request.path)}?{urlencode(query)}"
        return Response(shapes.ConversationsOut.build({"conversations": shown, "next": following}))

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


def _read_query(query: Any) -> tuple[int, int, str]:
    """Return limit, cursor and state; raises InvalidInput that names the parameters."""
    errors: dict[str, list[Any]] = {}
    limit = parse_number(query.get("limit", str(PAGE_SIZE)), 1, MAX_PAGE_SIZE)
    cursor = parse_number(query.get("cursor", "0"), 0, 2**63 - 1)
    state = query.get("state", "")
    if limit is None:
        errors["limit"] = [_("Must be a whole number from 1 to %d.") % MAX_PAGE_SIZE]
    if cursor is None:
        errors["cursor"] = [_("Must be a whole number.")]
    if state and state not in Conversation.State.values:
        errors["state"] = [_("There is no such state.")]
    if limit is None or cursor is None or errors:
        raise InvalidInput(fields=errors)
    return limit, cursor, state
