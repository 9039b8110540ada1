"""REST: the summary of loyalty for staff; it names no reader."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import Refused
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.permissions import may_see_loyalty
from cx_feedback.loyalty.selectors import Overview


class LoyaltyView(FeedbackAPIView):
    """``GET``: readers by tier, expected returns, the fit and its check, for staff."""

    @describe(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        if not may_see_loyalty(request.user):
            raise Refused(_("Log in with an account that may see this."))
        found = selectors.overview()
        return Response({"scored": False} if found is None else summary(found))


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
        "check": found.check.as_dict() if found.check else None,
        "history": [
            {"as_of": day.isoformat(), "tiers": {t: rows[n] for t, rows in found.history.items()}}
            for n, day in enumerate(found.days)
        ],
    }
