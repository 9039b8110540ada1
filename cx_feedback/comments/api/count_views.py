"""REST view of the numbers of comments of several pages."""

import hashlib

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments.api.serializers import CommentCountsSerializer
from cx_feedback.comments.comment_counts import get_comment_counts
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_number
from cx_feedback.core.pages.sites import get_site_id

MAX_PAGES = 100
_LARGEST_PAGE_ID = 2**31 - 1


class CommentCountsView(FeedbackAPIView):
    """The number of published comments of several pages, the same for every reader."""

    # Without accounts a response doesn't vary with the cookie, and caches may store it.
    authentication_classes = []

    @describe_endpoint(
        operation_id="comments_counts",
        parameters=[
            OpenApiParameter(
                "pages",
                {"type": "string", "pattern": r"^[0-9]{1,9}(,[0-9]{1,9}){0,99}$"},
                required=True,
                description=f"1 to {MAX_PAGES} page IDs, separated by commas.",
            ),
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER, description="The last ETag."
            ),
        ],
        responses={200: CommentCountsSerializer, 304: None},
    )
    def get(self, request: Request) -> HttpResponseBase:
        page_ids = parse_page_ids(request.query_params.get("pages", ""))
        counts = get_comment_counts(page_ids, site_id=get_site_id(self.django_request))
        response = Response(CommentCountsSerializer.build({"counts": counts}))
        # A page may become private at any time, so caches have to revalidate.
        patch_cache_control(response, public=True, no_cache=True, max_age=0)
        etag = f'"{hashlib.sha256(repr(counts).encode()).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        return (
            get_conditional_response(self.django_request, etag=etag, response=response) or response
        )


def parse_page_ids(text: str) -> list[int]:
    """Return the page IDs in ``text``; raises InvalidInput for ``pages``."""
    parts = text.split(",", MAX_PAGES)
    found = [parse_number(part.strip(), 0, _LARGEST_PAGE_ID) for part in parts[:MAX_PAGES]]
    page_ids = [number for number in found if number is not None]
    if len(page_ids) < len(parts):
        words = _("Must be 1 to %d page IDs, separated by commas, as in 12,15.") % MAX_PAGES
        raise InvalidInput(fields={"pages": [words]})
    return page_ids
