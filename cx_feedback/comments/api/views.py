"""REST: the comments of a page, one comment, a new one."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments import intake, selectors
from cx_feedback.comments.api.serializers import (
    CommentListSerializer,
    CommentSerializer,
    PostSerializer,
)
from cx_feedback.comments.keys import is_key
from cx_feedback.comments.models import Comment, State
from cx_feedback.core.api.schema import describe
from cx_feedback.core.api.views import FeedbackAPIView, page_id_in
from cx_feedback.core.errors import FeedbackError, InvalidInput, NotFound
from cx_feedback.core.pages import require_page
from cx_feedback.readers.identity import reader_of, remember

LIMIT = 100
_LIST = [
    OpenApiParameter("page", int, required=True),
    OpenApiParameter("order", str, enum=[selectors.NEWEST, selectors.OLDEST]),
    OpenApiParameter("after", str, description="The ``next`` of the window before."),
    OpenApiParameter("limit", int, description=f"1 to {LIMIT}, 50 by default."),
    OpenApiParameter("only", str, enum=["mine"], description="Only the reader's waiting ones."),
]


class CommentsView(FeedbackAPIView):
    """The published comments of a page by time, and the reader's own that still wait."""

    @describe(operation_id="comments_list", parameters=_LIST, responses=CommentListSerializer)
    def get(self, request: Request) -> Response:
        page_id = _number(request, "page", 0, 2**31 - 1)
        require_page(page_id, request._request)
        answer: dict[str, Any] = {"page": page_id}
        if _one_of(request, "only", "", "mine") != "mine":
            answer |= _window(request, page_id)
        reader = reader_of(request._request)
        if reader is not None:
            mine = selectors.waiting_of(reader=reader, page_id=page_id)
            answer["mine"] = CommentSerializer(mine, many=True).data
        return Response(answer)

    @describe(request=PostSerializer, responses={201: CommentSerializer})
    def post(self, request: Request) -> Response:
        data = self.body(request)
        posted = intake.take(request._request, data, page_id_in(data))
        answer = CommentSerializer(posted.comment).data
        response = Response(answer, status=200 if posted.repeated else 201)
        remember(request._request, response, posted.reader)
        return response


class CommentView(FeedbackAPIView):
    """One published comment, or one of the reader's own."""

    @describe(responses=CommentSerializer)
    def get(self, request: Request, comment_id: int) -> Response:
        if comment_id >= 2**63:
            raise NotFound
        comment = Comment.objects.select_related("thread").filter(pk=comment_id).first()
        if comment is None or not _may_see(request, comment):
            raise NotFound
        try:
            require_page(comment.thread.page_id, request._request)
        except FeedbackError:
            raise NotFound from None
        return Response(CommentSerializer(comment).data)


def _may_see(request: Request, comment: Comment) -> bool:
    if comment.state == State.PUBLISHED:
        return True
    if comment.state != State.PENDING or comment.reader_id is None:
        return False
    reader = reader_of(request._request)
    return reader is not None and reader.pk == comment.reader_id


def _window(request: Request, page_id: int) -> dict[str, Any]:
    order = _one_of(request, "order", selectors.NEWEST, selectors.OLDEST)
    after = request.query_params.get("after", "")
    if after and not is_key(after):
        raise InvalidInput(fields={"after": [_("Use the “next” of the window before.")]})
    limit = _number(request, "limit", 1, LIMIT, default=50)
    thread, comments = selectors.published_of(
        page_id=page_id, order=order, after=after, limit=limit + 1
    )
    return {
        "published": thread.published if thread else 0,
        "closed": thread.closed if thread else False,
        "comments": CommentSerializer(comments[:limit], many=True).data,
        "next": comments[limit - 1].key if len(comments) > limit else None,
    }


def _number(request: Request, name: str, low: int, high: int, default: int | None = None) -> int:
    value = request.query_params.get(name, "")
    if value == "" and default is not None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20 and low <= int(value) <= high):
        raise InvalidInput(
            fields={
                name: [_("A whole number from %(low)d to %(high)d.") % {"low": low, "high": high}]
            }
        )
    return int(value)


def _one_of(request: Request, name: str, *choices: str) -> str:
    """Return the query's choice, the first of ``choices`` by default."""
    value = request.query_params.get(name, choices[0])
    if value not in choices:
        named = ", ".join(choice for choice in choices if choice)
        raise InvalidInput(fields={name: [_("One of: %s.") % named]})
    return value
