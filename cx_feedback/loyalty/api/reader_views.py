"""REST endpoints for staff who may view readers: a segment, its scores, one reader."""

from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import pgettext
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.log_actions import log
from wagtail.models import Site

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.api import reader_serializers as out
from cx_feedback.loyalty.api.base_views import StaffAPIView, get_parameters
from cx_feedback.loyalty.permissions import VIEW_NAMED_READERS
from cx_feedback.loyalty.reports import segment_readers
from cx_feedback.loyalty.reports.reader_rows import build_row
from cx_feedback.loyalty.reports.reader_timeline import get_timeline
from cx_feedback.loyalty.reports.rfv import filter_by_level
from cx_feedback.readers.models import Reader

#: The actions of the audit log for a look at one reader, and for readers taken along.
VIEWED = "cx_feedback.loyalty.reader.view"
EXPORTED = "cx_feedback.loyalty.readers.export"


class ReadersView(StaffAPIView):
    """``GET``: readers of a tier or an attitude group by id, in pages.

    Each page is recorded in the audit log as an export, because it contains email addresses.
    """

    required_permission = VIEW_NAMED_READERS

    @describe_endpoint(
        responses=out.ReadersOut, parameters=[out.ReadersIn], operation_id="loyalty_readers_list"
    )
    def get(self, request: Request) -> Response:
        asked, fit = get_parameters(request, out.ReadersIn), selectors.get_newest_fit()
        readers = segment_readers.get_segment(tier=asked.get("tier", ""), fit=fit)
        if "field" in asked:
            readers = segment_readers.filter_by_attitude(readers, asked["field"])
        if "rfv" in asked:
            readers = filter_by_level(readers, asked["rfv"])
        readers = readers.filter(pk__gt=asked.get("after", 0)).order_by("pk")
        found = list(readers[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        rows = [build_row(member, named=True) for member in segment_readers.get_members(page, fit)]
        data = {"rows": len(rows), "named": True, "asked": request.query_params.dict()}
        log(fit or request.user, EXPORTED, user=request.user, data=data)
        following = page[-1].pk if len(found) > len(page) else None
        return Response(out.ReadersOut.build({"readers": rows, "next": following}))


class ScoresView(StaffAPIView):
    """``GET``: the scores of the readers of the calling site, by cursor.

    For programs that greet or write to readers by score: without addresses and answers. Where
    there are several sites, those of the site in the request's address who did something on it, or
    agreed there to visits being counted. Each page is recorded in the audit log as an export.
    """

    required_permission = VIEW_NAMED_READERS

    @describe_endpoint(responses=out.ReaderScoresOut, parameters=[out.ScoresIn])
    def get(self, request: Request) -> Response:
        asked, fit = get_parameters(request, out.ScoresIn), selectors.get_newest_fit()
        readers = segment_readers.get_segment(tier=asked.get("tier", ""), fit=fit)
        readers = segment_readers.filter_by_site(readers, Site.find_for_request(request))
        if "rfv" in asked:
            readers = filter_by_level(readers, asked["rfv"])
        found = list(
            readers.filter(pk__gt=asked.get("cursor", 0)).order_by("pk")[: asked["limit"] + 1]
        )
        page = found[: asked["limit"]]
        rows = [build_row(member, named=True) for member in segment_readers.get_members(page, fit)]
        data = {"rows": len(rows), "named": True, "asked": request.query_params.dict()}
        log(fit or request.user, EXPORTED, user=request.user, data=data)
        following = None
        if len(found) > len(page):
            parameters = {**request.query_params.dict(), "cursor": page[-1].pk}
            following = request.build_absolute_uri(f"{request.path}?{urlencode(parameters)}")
        answer = {"fit": fit, "scores": rows, "next": following}
        return Response(out.ReaderScoresOut.build(answer))


class ReaderView(StaffAPIView):
    """``GET``: one reader with the newest history; each request is recorded in the audit log."""

    required_permission = VIEW_NAMED_READERS

    @describe_endpoint(responses=out.OneReaderOut, parameters=[out.BeforeIn])
    def get(self, request: Request, reader_id: int) -> Response:
        before = get_parameters(request, out.BeforeIn).get("before")
        reader = Reader.objects.filter(pk=reader_id).first()
        if reader is None:
            raise Http404
        log(reader, VIEWED, user=request.user, title=pgettext("loyalty", "Reader %d") % reader.pk)
        [member] = segment_readers.get_members([reader], selectors.get_newest_fit())
        line = get_timeline(reader, before=before)
        row = build_row(member, named=True)
        answer = {**vars(row), "timeline": line.entries, "older": line.older}
        return Response(out.OneReaderOut.build(answer))
