"""REST for staff: readers by tier, what brings them back, experiments, and readers themselves.

All but the last two name no reader; those need the right to know who a reader is as well.
"""

from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.utils.translation import pgettext
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.log_actions import log

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import Refused
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.api import serializers as out
from cx_feedback.loyalty.effects import selectors as returns
from cx_feedback.loyalty.effects.selectors import NamedEffect, NamedFinding
from cx_feedback.loyalty.effects.statistics import Difference
from cx_feedback.loyalty.effects.wording import experiment_words
from cx_feedback.loyalty.permissions import may_name_readers, may_see_loyalty
from cx_feedback.loyalty.reports import cohorts, outcomes, segments
from cx_feedback.loyalty.reports.attitude_matrix import two_by_two
from cx_feedback.loyalty.reports.reader_rows import row_of
from cx_feedback.loyalty.reports.timeline import timeline
from cx_feedback.loyalty.reports.wording import doubts
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.selectors import Overview
from cx_feedback.readers.models import Reader

#: The actions of the audit log for a look at one reader, and for readers taken along.
VIEWED = "cx_loyalty.reader_viewed"
EXPORTED = "cx_loyalty.export"


class StaffView(FeedbackAPIView):
    """An endpoint for who may see loyalty; ``names`` asks for the right to know readers too."""

    names = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        may = may_see_loyalty(request.user) and (not self.names or may_name_readers(request.user))
        if not may:
            raise Refused(pgettext("loyalty", "Log in with an account that may see this."))


def _asked(request: Request, serializer: type[out.Out]) -> dict[str, Any]:
    """Return the checked query of a request; raises ValidationError naming the parameters."""
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found


class LoyaltyView(StaffView):
    """``GET``: readers by tier, expected returns, the fit and its check."""

    @describe_endpoint(responses=out.LoyaltyOut)
    def get(self, request: Request) -> Response:
        found = selectors.overview()
        return Response({"scored": False} if found is None else summary(found))


class TiersView(StaffView):
    """``GET``: readers by tier over time, one day a week, the oldest first."""

    @describe_endpoint(responses=out.TiersOut(many=True))
    def get(self, request: Request) -> Response:
        found = selectors.overview(weeks=104)
        return Response([] if found is None else history(found))


class ReturnsView(StaffView):
    """``GET``: expected returns beside the readers who came, the oldest first."""

    @describe_endpoint(responses=out.ReturnOut(many=True))
    def get(self, request: Request) -> Response:
        fit = selectors.newest_fit()
        return Response([asdict(one) for one in outcomes.expectations(fit)] if fit else [])


class CohortsView(StaffView):
    """``GET``: of the new readers of a month, how many came in the months after it."""

    @describe_endpoint(responses=out.CohortOut(many=True))
    def get(self, request: Request) -> Response:
        return Response([asdict(one) for one in cohorts.shown()])


class AttitudesView(StaffView):
    """``GET``: the two-by-two of what readers say and do."""

    @describe_endpoint(responses=out.AttitudesOut)
    def get(self, request: Request) -> Response:
        found = two_by_two(named=may_name_readers(request.user))
        fields = [{"field": one.field, "readers": one.count} for one in found.boxes.values()]
        return Response({"by_field": fields, "total": found.total, "too_new": found.new})


class CausesView(StaffView):
    """``GET``: what brings readers back, the surest first."""

    @describe_endpoint(responses=out.CausesOut, parameters=[out.CausesIn])
    def get(self, request: Request) -> Response:
        asked = _asked(request, out.CausesIn)
        found = returns.effects(asked["kind"]).order_by("-low", "pk")[: asked["limit"]]
        everybody = returns.everybody()
        window = ("as_of", "since", "until", "horizon_weeks")
        return Response(
            {
                **{name: getattr(everybody, name, None) for name in window},
                "everybody": everybody and cause(NamedEffect(everybody, None)),
                "causes": [cause(one) for one in returns.named(list(found))],
                "hidden": returns.hidden(asked["kind"]),
            }
        )


class ExperimentsView(StaffView):
    """``GET``: both groups of each rule that holds readers back."""

    @describe_endpoint(responses=out.ExperimentsOut)
    def get(self, request: Request) -> Response:
        return Response({"experiments": [experiment(one) for one in returns.experiments()]})


class ReadersView(StaffView):
    """``GET``: readers of a tier or a field of the two-by-two, by id, page after page.

    The audit log remembers each page as an export: it names them with their addresses.
    """

    names = True

    @describe_endpoint(
        responses=out.ReadersOut, parameters=[out.ReadersIn], operation_id="loyalty_readers_list"
    )
    def get(self, request: Request) -> Response:
        asked, fit = _asked(request, out.ReadersIn), selectors.newest_fit()
        readers = segments.segment(tier=asked.get("tier", ""), fit=fit)
        if "field" in asked:
            readers = segments.of_field(readers, asked["field"])
        readers = readers.filter(pk__gt=asked.get("after", 0)).order_by("pk")
        found = list(readers[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        rows = [row_of(member, named=True) for member in segments.members(page, fit)]
        data = {"rows": len(rows), "named": True, "asked": request.query_params.dict()}
        log(fit or request.user, EXPORTED, user=request.user, data=data)
        return Response(
            {
                "readers": out.ReaderOut(rows, many=True).data,
                "next": page[-1].pk if len(found) > len(page) else None,
            }
        )


class ReaderView(StaffView):
    """``GET``: one reader with their newest history; the audit log remembers who asked."""

    names = True

    @describe_endpoint(responses=out.OneReaderOut, parameters=[out.BeforeIn])
    def get(self, request: Request, reader_id: int) -> Response:
        before = _asked(request, out.BeforeIn).get("before")
        reader = Reader.objects.filter(pk=reader_id).first()
        if reader is None:
            raise Http404
        log(reader, VIEWED, user=request.user, title=pgettext("loyalty", "Reader %d") % reader.pk)
        [member] = segments.members([reader], selectors.newest_fit())
        line = timeline(reader, before=before)
        row = out.ReaderOut(row_of(member, named=True)).data
        entries = out.EntryOut(line.entries, many=True).data
        return Response({**row, "timeline": entries, "older": line.older})


def cause(found: NamedEffect) -> dict[str, Any]:
    """Return an effect as plain values."""
    effect = found.effect
    return {
        "kind": effect.kind,
        "id": effect.cause_id,
        "title": found.name.title if found.name else None,
        "readers": effect.readers,
        "returned": effect.share,
        "expected": effect.expected,
        "difference": difference(found.difference),
    }


def experiment(found: NamedFinding) -> dict[str, Any]:
    """Return an experiment as plain values."""
    said = found.finding
    kept = said.experiment
    names = ("percent", "as_of", "horizon_weeks", "written", "held", "running")
    return {
        "rule": kept.rule_id,
        "title": found.name.title if found.name else None,
        **{name: getattr(kept, name) for name in names},
        "written_share": said.written_share,
        "held_share": said.held_share,
        "difference": said.difference and difference(said.difference),
        "visible_difference": said.visible,
        "words": experiment_words(said),
    }


def difference(found: Difference) -> dict[str, Any]:
    """Return a difference as plain values."""
    return {**asdict(found), "says_something": found.says_something}


def history(found: Overview) -> list[dict[str, Any]]:
    """Return readers by tier on each day of the overview."""
    return [
        {"as_of": day.isoformat(), "tiers": {t: rows[n] for t, rows in found.history.items()}}
        for n, day in enumerate(found.days)
    ]


def checked(check: HoldoutCheck) -> dict[str, Any]:
    """Return a check as plain values."""
    return {**check.as_dict(), "used": check.used.value, "beats_recency": check.beats_recency}


def summary(found: Overview) -> dict[str, Any]:
    """Return the overview as plain values."""
    fit = found.fit
    return {
        "scored": True,
        "as_of": fit.as_of.isoformat(),
        "period": fit.period,
        "horizon_weeks": fit.horizon_weeks,
        "readers": fit.readers,
        "tiers": found.tiers,
        "expected_returns": {
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
        "check": found.check and checked(found.check),
        "doubts": doubts(fit.quality, found.check),
        "history": history(found),
    }
