"""REST endpoints for staff: readers by tier, causes of returns, experiments and single readers.

Only the last two identify readers; they also need the permission to view readers.
"""

from dataclasses import asdict
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import pgettext
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.log_actions import log
from wagtail.models import Site

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.permissions import AccessRule
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.api import serializers as out
from cx_feedback.loyalty.effects import selectors as returns
from cx_feedback.loyalty.effects.experiment_statistics import Difference
from cx_feedback.loyalty.effects.selectors import NamedEffect, NamedResult
from cx_feedback.loyalty.effects.wording import describe_experiment
from cx_feedback.loyalty.permissions import VIEW_LOYALTY, VIEW_NAMED_READERS, VIEW_READER
from cx_feedback.loyalty.reports import cohorts, expected_returns, segment_readers
from cx_feedback.loyalty.reports.attitude_matrix import get_attitude_matrix
from cx_feedback.loyalty.reports.obstacles import find_obstacle
from cx_feedback.loyalty.reports.reader_rows import build_row
from cx_feedback.loyalty.reports.reader_timeline import get_timeline
from cx_feedback.loyalty.reports.rfv import filter_by_level
from cx_feedback.loyalty.reports.site_changes import describe_changes
from cx_feedback.loyalty.reports.wording import get_doubts
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.selectors import Overview
from cx_feedback.readers.models import Reader

#: The actions of the audit log for a look at one reader, and for readers taken along.
VIEWED = "cx_feedback.loyalty.reader.view"
EXPORTED = "cx_feedback.loyalty.readers.export"


class StaffAPIView(FeedbackAPIView):
    """An endpoint for those who may see loyalty."""

    required_permission: ClassVar[AccessRule] = VIEW_LOYALTY


def _get_parameters(request: Request, serializer: type[out.Out]) -> dict[str, Any]:
    """Return the validated query parameters; raises ValidationError naming the invalid ones."""
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found


class LoyaltyView(StaffAPIView):
    """``GET``: readers by tier, expected returns, the fit and its check."""

    @describe_endpoint(responses=out.LoyaltyOut)
    def get(self, request: Request) -> Response:
        found = selectors.get_overview()
        return Response({"scored": False} if found is None else serialize_overview(found))


class TiersView(StaffAPIView):
    """``GET``: readers by tier over time, one day a week, the oldest first."""

    @describe_endpoint(responses=out.TiersOut(many=True))
    def get(self, request: Request) -> Response:
        found = selectors.get_overview(weeks=104)
        return Response([] if found is None else serialize_history(found))


class ReturnsView(StaffAPIView):
    """``GET``: expected and actual returns, the oldest first."""

    @describe_endpoint(responses=out.ReturnOut(many=True))
    def get(self, request: Request) -> Response:
        fit = selectors.get_newest_fit()
        return Response(
            [asdict(one) for one in expected_returns.get_expectations(fit)] if fit else []
        )


class CohortsView(StaffAPIView):
    """``GET``: the new readers of each month, and how many of them came in later months."""

    @describe_endpoint(responses=out.CohortOut(many=True))
    def get(self, request: Request) -> Response:
        return Response([asdict(one) for one in cohorts.get_shown_cohorts()])


class AttitudesView(StaffAPIView):
    """``GET``: readers by attitude and behaviour."""

    @describe_endpoint(responses=out.AttitudesOut)
    def get(self, request: Request) -> Response:
        found = get_attitude_matrix(named=VIEW_READER.is_granted_to(request.user))
        fields = [{"field": one.field, "readers": one.count} for one in found.boxes.values()]
        return Response({"by_field": fields, "total": found.total, "too_new": found.new})


class CausesView(StaffAPIView):
    """``GET``: causes of returns, the most certain first."""

    @describe_endpoint(responses=out.CausesOut, parameters=[out.CausesIn])
    def get(self, request: Request) -> Response:
        asked = _get_parameters(request, out.CausesIn)
        found = returns.get_effects(asked["kind"]).order_by("-low", "pk")[: asked["limit"]]
        measured = returns.get_last_measurement()
        window = ("as_of", "since", "until", "horizon_weeks")
        return Response(
            {
                **{name: getattr(measured, name, None) for name in window},
                "causes": [serialize_effect(one) for one in returns.add_names(list(found))],
                "hidden": returns.count_hidden_effects(asked["kind"]),
            }
        )


class ExperimentsView(StaffAPIView):
    """``GET``: both groups of each rule that has a control group."""

    @describe_endpoint(responses=out.ExperimentsOut)
    def get(self, request: Request) -> Response:
        return Response(
            {"experiments": [serialize_experiment(one) for one in returns.get_experiment_results()]}
        )


class ReadersView(StaffAPIView):
    """``GET``: readers of a tier or an attitude group by id, in pages.

    Each page is recorded in the audit log as an export, because it contains email addresses.
    """

    required_permission = VIEW_NAMED_READERS

    @describe_endpoint(
        responses=out.ReadersOut, parameters=[out.ReadersIn], operation_id="loyalty_readers_list"
    )
    def get(self, request: Request) -> Response:
        asked, fit = _get_parameters(request, out.ReadersIn), selectors.get_newest_fit()
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
        return Response(
            {
                "readers": out.ReaderOut(rows, many=True).data,
                "next": page[-1].pk if len(found) > len(page) else None,
            }
        )


class ScoresView(StaffAPIView):
    """``GET``: the scores of the readers of the calling site, by cursor.

    For programs that greet or write to readers by score: without addresses and answers. Where
    there are several sites, those of the site in the request's address who did something on it, or
    agreed there to visits being counted. Each page is recorded in the audit log as an export.
    """

    required_permission = VIEW_NAMED_READERS

    @describe_endpoint(responses=out.ReaderScoresOut, parameters=[out.ScoresIn])
    def get(self, request: Request) -> Response:
        asked, fit = _get_parameters(request, out.ScoresIn), selectors.get_newest_fit()
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
        return Response(
            {
                "as_of": fit and fit.as_of,
                "horizon_weeks": fit and fit.horizon_weeks,
                "scores": out.ReaderScoreOut(rows, many=True).data,
                "next": following,
            }
        )


class ReaderView(StaffAPIView):
    """``GET``: one reader with the newest history; each request is recorded in the audit log."""

    required_permission = VIEW_NAMED_READERS

    @describe_endpoint(responses=out.OneReaderOut, parameters=[out.BeforeIn])
    def get(self, request: Request, reader_id: int) -> Response:
        before = _get_parameters(request, out.BeforeIn).get("before")
        reader = Reader.objects.filter(pk=reader_id).first()
        if reader is None:
            raise Http404
        log(reader, VIEWED, user=request.user, title=pgettext("loyalty", "Reader %d") % reader.pk)
        [member] = segment_readers.get_members([reader], selectors.get_newest_fit())
        line = get_timeline(reader, before=before)
        row = out.ReaderOut(build_row(member, named=True)).data
        entries = out.EntryOut(line.entries, many=True).data
        return Response({**row, "timeline": entries, "older": line.older})


def serialize_effect(found: NamedEffect) -> dict[str, Any]:
    """Return an effect as JSON values."""
    effect = found.effect
    same = ("kind", "readers", "left_out", "similar", "expected", "before", "p_value")
    difference = found.difference and serialize_difference(found.difference)
    return {
        **{name: getattr(effect, name) for name in same},
        "id": effect.cause_id,
        "title": found.name.title if found.name else None,
        "returned": effect.share,
        "finding": effect.verdict,
        "difference": difference and {**difference, "says_something": found.stands_out},
    }


def serialize_experiment(found: NamedResult) -> dict[str, Any]:
    """Return an experiment as JSON values."""
    said = found.finding
    kept = said.experiment
    names = ("percent", "as_of", "horizon_weeks", "written", "held", "running")
    return {
        "rule": kept.rule_id,
        "title": found.name.title if found.name else None,
        **{name: getattr(kept, name) for name in names},
        "written_share": said.written_share,
        "held_share": said.held_share,
        "difference": said.difference and serialize_difference(said.difference),
        "visible_difference": said.visible,
        "interval_price": said.price,
        "needed_readers": said.needed,
        "words": describe_experiment(said),
    }


def serialize_difference(found: Difference) -> dict[str, Any]:
    """Return a difference as JSON values."""
    return {**asdict(found), "says_something": found.is_significant}


def serialize_history(found: Overview) -> list[dict[str, Any]]:
    """Return the readers by tier on each day of the overview."""
    return [
        {"as_of": day.isoformat(), "tiers": {t: rows[n] for t, rows in found.history.items()}}
        for n, day in enumerate(found.days)
    ]


def serialize_check(check: HoldoutCheck) -> dict[str, Any]:
    """Return a check as JSON values."""
    return {**check.as_dict(), "beats_recency": check.beats_recency}


def serialize_overview(found: Overview) -> dict[str, Any]:
    """Return the overview as JSON values."""
    fit, obstacle = found.fit, find_obstacle(found.fit)
    return {
        "scored": True,
        "as_of": fit.as_of.isoformat(),
        "period": fit.period,
        "horizon_weeks": fit.horizon_weeks,
        "readers": fit.readers,
        "tiers": found.tiers,
        "expected_returns": None
        if obstacle
        else {
            "readers": fit.expected,
            "low": fit.expected_low,
            "high": fit.expected_high,
        },
        "fit": {
            **asdict(fit.parameters),
            "log_likelihood": fit.log_likelihood,
            "quality": fit.quality,
            "cells": fit.cells,
        },
        "check": found.check and serialize_check(found.check),
        "doubts": [*filter(None, [obstacle]), *get_doubts(fit, found.check)],
        "changes": describe_changes(fit),
        "history": serialize_history(found),
    }
