"""REST views of the comments of a page and of single comments."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments import selectors, services
from cx_feedback.comments.api.serializers import (
    CommentListSerializer,
    CommentSerializer,
)
from cx_feedback.comments.missing_comments import get_missing_comment_error, require_known_page
from cx_feedback.comments.models import CHANGEABLE_STATES, Comment
from cx_feedback.comments.rendering import reader_state
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.comments.submission import comment_creation
from cx_feedback.comments.submission.author import Actor, get_actor
from cx_feedback.comments.submission.comment_input import CommentInputSerializer, EditSerializer
from cx_feedback.comments.submission.page_rules import get_rules, load_rules
from cx_feedback.comments.views import reader_actions
from cx_feedback.core.api.cursor_lists import read_parameter
from cx_feedback.core.api.operation_traits import CHALLENGES, IDEMPOTENT
from cx_feedback.core.api.schema import PAGE_ID, describe_endpoint, describe_number
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.core.http.parameters import LARGEST_PAGE_ID, read_page_id
from cx_feedback.core.pages.page_access import is_visible
from cx_feedback.readers.acts.idempotent_actions import run_once
from cx_feedback.readers.identity.reader_cookie import CHANGEABLE, set_reader_cookie

MAX_LIMIT = 100
_LIST = [
    OpenApiParameter("page", PAGE_ID, required=True),
    OpenApiParameter("order", str, enum=list(selectors.ORDERS)),
    OpenApiParameter("after", str, description="The ``next`` value of the previous part."),
    OpenApiParameter("limit", describe_number(1, MAX_LIMIT, 50)),
    OpenApiParameter(
        "only",
        str,
        enum=["mine", "news"],
        description="“mine”: only the reader's own data. “news”: only the version and the number "
        "of comments; with If-None-Match, 304 if nothing has changed.",
    ),
    OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The last ETag."),
]


class CommentsView(FeedbackAPIView):
    """The published comments of a page and the reader's own waiting comments."""

    @describe_endpoint(
        operation_id="comments_list",
        parameters=_LIST,
        responses={200: CommentListSerializer, 304: None},
    )
    def get(self, request: Request) -> Response:
        page_id = read_parameter(request, "page", 0, LARGEST_PAGE_ID)
        require_known_page(page_id, self.django_request)
        part = _read_part(request)
        only = _read_choice(request, "only", "", "mine", "news")
        if only == "news":
            return _respond_with_news(request, page_id)
        answer: dict[str, Any] = {"page": page_id}
        if not only:
            answer |= _get_comment_window(part, page_id)
        answer |= _get_reader_state(get_actor(self.django_request), page_id)
        return Response(CommentListSerializer.build(answer))

    @describe_endpoint(
        request=CommentInputSerializer,
        responses={201: CommentSerializer},
        traits=[IDEMPOTENT, CHALLENGES],
    )
    def post(self, request: Request) -> Response:
        data = self.get_json_object(request)
        posted = comment_creation.create_comment(self.django_request, data, read_page_id(data))
        answer = _collect_comment(posted.comment, checking=posted.checking)
        response = Response(CommentSerializer.build(answer), status=201)
        set_reader_cookie(
            self.django_request, response, posted.reader_to_remember, seconds=CHANGEABLE
        )
        return response


class CommentView(FeedbackAPIView):
    """One published comment, or one of the reader's own, which can be edited for a while."""

    @describe_endpoint(responses=CommentSerializer)
    def get(self, request: Request, comment_id: int) -> Response:
        if comment_id >= 2**63:
            raise NotFound
        comment = Comment.objects.select_related("thread").filter(pk=comment_id).first()
        if (
            comment is None
            or not _may_see(self.django_request, comment)
            or not is_visible(comment.thread.page_id, self.django_request)
        ):
            raise get_missing_comment_error(comment, comment_id, self.django_request)
        return Response(CommentSerializer.build(_collect_comments([comment])[0]))

    @describe_endpoint(request=EditSerializer, responses=CommentSerializer, traits=[IDEMPOTENT])
    def patch(self, request: Request, comment_id: int) -> Response:
        django_request, data = self.django_request, self.get_json_object(request)
        changed: list[Comment] = []

        def edit() -> tuple[int, Any]:
            acted = reader_actions.edit_comment(django_request, comment_id, data)
            changed.append(acted.result)
            return comment_id, acted.actor.reader

        run_once(django_request, ["edit", comment_id, data.get("text")], edit)
        comment = changed[0] if changed else Comment.objects.get(pk=comment_id)
        answer, proposals = _collect_comments([comment])[0], get_proposed_revisions([comment])
        if proposals:
            answer["edit"] = proposals[comment.pk].html
        return Response(CommentSerializer.build(answer))

    @describe_endpoint(responses={204: None}, traits=[IDEMPOTENT])
    def delete(self, request: Request, comment_id: int) -> Response:
        def delete() -> tuple[int, Any]:
            return comment_id, reader_actions.delete_comment(
                self.django_request, comment_id
            ).actor.reader

        run_once(self.django_request, ["delete", comment_id], delete)
        return Response(status=204)


def _may_see(request: HttpRequest, comment: Comment) -> bool:
    return comment.is_published or (
        comment.state in CHANGEABLE_STATES and get_actor(request).is_author_of(comment)
    )


def _collect_comment(comment: Comment, *, checking: bool = False) -> dict[str, Any]:
    """Return what ``CommentSerializer`` reads, for the author of the comment."""
    return {"comment": comment, "checking": True} if checking else {"comment": comment}


def _collect_comments(comments: list[Comment]) -> list[dict[str, Any]]:
    """Return what ``CommentSerializer`` reads, marking those that are being checked for spam."""
    checked = services.get_ids_being_checked(comments)
    return [_collect_comment(comment, checking=comment.pk in checked) for comment in comments]


def _get_reader_state(actor: Actor, page_id: int) -> dict[str, Any]:
    """Return what ``CommentListSerializer`` reads of the data that only this reader sees."""
    answer: dict[str, Any] = {"account": actor.name} if actor.user else {}
    if actor.get_own_filter() is None:
        return answer
    found = reader_state.get_reader_state(actor, page_id)
    answer["mine"] = _collect_comments(found.waiting)
    answer["own"] = found.changeable
    if found.edits:
        answer["edits"] = found.edits
    if found.refused:
        answer["refused"] = found.refused
    answer["votes"], answer["reactions"] = found.votes, found.reactions
    if found.tallies:
        answer["tallies"] = {pk: tally.as_dict() for pk, tally in found.tallies.items()}
    return answer


def _respond_with_news(request: Request, page_id: int) -> Response:
    """Return the version of the thread, or 304 if it has not changed."""
    thread = selectors.get_thread(page_id)
    version = thread.version if thread else 0
    etag = f'"{version}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = Response(status=304)
    else:
        news = {
            "page": page_id,
            "published": thread.published if thread else 0,
            "closed": get_rules(page_id, thread=thread).closed,
            "version": version,
        }
        response = Response(CommentListSerializer.build(news))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


class _Part(NamedTuple):
    """The part of a list that is asked for."""

    order: str
    after: str
    limit: int


def _read_part(request: Request) -> _Part:
    order = _read_choice(request, "order", *selectors.ORDERS)
    after = request.query_params.get("after", "")
    if after and not selectors.is_cursor(after, order):
        raise InvalidInput(fields={"after": [_("Must be the “next” value of the previous page.")]})
    return _Part(order, after, read_parameter(request, "limit", 1, MAX_LIMIT, default=50))


def _get_comment_window(part: _Part, page_id: int) -> dict[str, Any]:
    order, after, limit = part
    thread, comments = selectors.get_published_comments(
        page_id=page_id, order=order, after=after, limit=limit + 1
    )
    return {
        "published": thread.published if thread else 0,
        "closed": load_rules(page_id, thread=thread).closed,
        "comments": [{"comment": comment} for comment in comments[:limit]],
        "next": selectors.get_cursor(comments[limit - 1], order) if len(comments) > limit else None,
    }


def _read_choice(request: Request, name: str, *choices: str) -> str:
    """Return a query parameter that is one of ``choices``, the first by default."""
    value = request.query_params.get(name, choices[0])
    if value not in choices:
        named = ", ".join(choice for choice in choices if choice)
        raise InvalidInput(fields={name: [_("Must be one of: %s.") % named]})
    return value
