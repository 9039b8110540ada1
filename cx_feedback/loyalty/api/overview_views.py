"""REST endpoints for staff that name no reader: tiers, returns, cohorts and attitudes."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.cursor_lists import DAY_PARAMETERS, answer_with_link, read_day_part
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.api import overview_serializers as out
from cx_feedback.loyalty.api.base_views import StaffAPIView
from cx_feedback.loyalty.permissions import VIEW_READER
from cx_feedback.loyalty.reports import cohorts, expected_returns
from cx_feedback.loyalty.reports.attitude_matrix import get_attitude_matrix
from cx_feedback.loyalty.reports.insufficient_data import find_obstacle
from cx_feedback.loyalty.reports.site_changes import describe_changes
from cx_feedback.loyalty.reports.wording import get_doubts
from cx_feedback.loyalty.selectors import Overview


class LoyaltyView(StaffAPIView):
    """``GET``: readers by tier, expected returns, the fit and its check."""

    @describe_endpoint(responses=out.LoyaltyOut)
    def get(self, request: Request) -> Response:
        found = selectors.get_overview()
        return Response(out.LoyaltyOut.build(_collect_overview(found)))


class TiersView(StaffAPIView):
    """``GET``: readers by tier over time, one day a week, the oldest first."""

    @describe_endpoint(responses=out.TiersOut(many=True), parameters=DAY_PARAMETERS)
    def get(self, request: Request) -> Response:
        found = selectors.get_overview(weeks=104)
        days = _collect_history(found) if found else []
        part = read_day_part(request, days, lambda one: one["as_of"])
        return answer_with_link(out.TiersOut.build_list(part.rows), part.next)


class ReturnsView(StaffAPIView):
    """``GET``: expected and actual returns, the oldest first."""

    @describe_endpoint(responses=out.ReturnOut(many=True), parameters=DAY_PARAMETERS)
    def get(self, request: Request) -> Response:
        fit = selectors.get_newest_fit()
        found = expected_returns.get_expectations(fit) if fit else []
        part = read_day_part(request, found, lambda one: one.as_of)
        return answer_with_link(out.ReturnOut.build_list(part.rows), part.next)


class CohortsView(StaffAPIView):
    """``GET``: the new readers of each month, and how many of them came in later months."""

    @describe_endpoint(responses=out.CohortOut(many=True), parameters=DAY_PARAMETERS)
    def get(self, request: Request) -> Response:
        part = read_day_part(request, cohorts.get_shown_cohorts(), lambda one: one.month)
        return answer_with_link(out.CohortOut.build_list(part.rows), part.next)


class AttitudesView(StaffAPIView):
    """``GET``: readers by attitude and behaviour."""

    @describe_endpoint(responses=out.AttitudesOut)
    def get(self, request: Request) -> Response:
        found = get_attitude_matrix(named=VIEW_READER.is_granted_to(request.user))
        return Response(out.AttitudesOut.build(found))


def _collect_overview(found: Overview | None) -> dict[str, Any]:
    """Return what ``LoyaltyOut`` reads of the overview; None before the first scoring."""
    if found is None:
        return {"scored": False}
    fit, obstacle = found.fit, find_obstacle(found.fit)
    return {
        "scored": True,
        "fit": fit,
        "tiers": found.tiers,
        "expected_returns": None if obstacle else fit,
        "check": found.check,
        "doubts": [*filter(None, [obstacle]), *get_doubts(fit, found.check)],
        "changes": describe_changes(fit),
        "history": _collect_history(found),
    }


def _collect_history(found: Overview) -> list[dict[str, Any]]:
    """Return what ``TiersOut`` reads of the readers by tier on each day."""
    return [
        {"as_of": day, "tiers": {tier: rows[n] for tier, rows in found.history.items()}}
        for n, day in enumerate(found.days)
    ]
