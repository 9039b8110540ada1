"""The accuracy of the scores, and the runs of the tasks."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.core.admin.charts import Line, draw_lines
from cx_feedback.core.statistics import wilson_interval
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.model.holdout import Accuracy
from cx_feedback.loyalty.models import Fit, Run
from cx_feedback.loyalty.reports.detection_delay import RULE_DAYS, get_detection_delays
from cx_feedback.loyalty.reports.trust import describe_limits, judge_trust
from cx_feedback.loyalty.reports.wording import (
    describe_check,
    describe_lead,
    describe_quality,
    describe_rhythm,
    describe_verdict,
    format_duration,
)
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.site_settings import get_loyalty_config
from cx_feedback.loyalty.views.base import LoyaltyTemplateView, get_settings_url

#: Number of runs that are shown.
RUNS = 12


class CheckView(LoyaltyTemplateView):
    """The fit and its check in plain words and in figures."""

    template_name = "cx_feedback/loyalty/admin/accuracy.html"
    page_title = pgettext_lazy("loyalty", "Accuracy")
    tab = "check"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["runs"] = _list_runs()
        fit = selectors.get_newest_fit()
        if fit is None:
            return context
        check = selectors.get_check(fit)
        trust = judge_trust(fit, check)
        return {
            **context,
            "fit": fit,
            "check": check,
            "quality": describe_quality(fit.quality),
            "verdict": describe_verdict(trust, check),
            "reasons": trust.reasons,
            "limits": describe_limits(),
            "check_words": describe_check(check) if check else [],
            "detection_delays": _list_detection_delays(fit),
            "at_risk_percent": round(100 * get_loyalty_config().borders.at_risk),
            "rule_days": RULE_DAYS,
            "settings_url": get_settings_url(self.request.user),
            "check_chart": _draw_check(check),
            "accuracies": _list_accuracies(check),
        }


def _list_detection_delays(fit: Fit) -> list[dict[str, Any]]:
    return [
        {
            "habit": describe_rhythm(one.every_days),
            "after": one.after_days,
            "before_rule": describe_lead(one),
        }
        for one in get_detection_delays(fit, get_loyalty_config().borders)
    ]


def _draw_check(check: HoldoutCheck | None) -> SafeString | None:
    if check is None:
        return None
    tenths = check.mix.tenths
    names = [str(k) for k in range(1, len(tenths) + 1)]
    said = [100 * tenth.predicted for tenth in tenths]
    came = [100 * tenth.returned for tenth in tenths]
    ranges = [wilson_interval(tenth.returned * tenth.readers, tenth.readers) for tenth in tenths]
    return draw_lines(
        _(
            "Readers in ten groups, from the least to the most likely to return: predicted "
            "and actual"
        ),
        [
            Line(pgettext("loyalty", "Predicted"), list(zip(names, said, strict=True))),
            Line(
                pgettext("loyalty", "Came back"),
                list(zip(names, came, strict=True)),
                [(100 * low, 100 * high) for low, high in ranges],
            ),
        ],
        unit="%",
    )


def _list_accuracies(check: HoldoutCheck | None) -> list[tuple[str, Accuracy, bool]]:
    """Return (name, figures, is used) of the models that were compared."""
    if check is None:
        return []
    found = [
        (pgettext("loyalty", "Mix of both"), check.mix, True),
        (pgettext("loyalty", "Model"), check.model, False),
    ]
    if check.challenger is not None:
        name = pgettext("loyalty", "Challenger (logistic regression)")
        found.append((name, check.challenger, False))
    return [*found, (pgettext("loyalty", "Last visit alone"), check.recency, False)]


def _list_runs() -> list[tuple[Run, str]]:
    """Return the newest runs with their durations."""
    return [
        (run, format_duration(run)) for run in Run.objects.order_by("-started_at", "-pk")[:RUNS]
    ]
