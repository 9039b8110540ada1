"""Can the scores be trusted, and did the tasks run?"""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.core.admin.charts import Line, draw_lines
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.config import decided
from cx_feedback.loyalty.effects.statistics import wilson
from cx_feedback.loyalty.model import Used
from cx_feedback.loyalty.model.holdout import Accuracy
from cx_feedback.loyalty.models import Fit, Run
from cx_feedback.loyalty.permissions import settings_url
from cx_feedback.loyalty.reports.detection_delay import RULE_DAYS, noticed
from cx_feedback.loyalty.reports.wording import (
    before_rule_words,
    check_words,
    every_words,
    quality_words,
    took_words,
    verdict_words,
)
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.views.base import Screen

#: Runs of the tasks shown.
RUNS = 12


class CheckView(Screen):
    """Fit and check in plain words, with the figures for those who calculate."""

    template_name = "cx_feedback/loyalty/admin/check.html"
    page_title = pgettext_lazy("loyalty", "Accuracy")
    tab = "check"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["runs"] = _runs()
        fit = selectors.newest_fit()
        if fit is None:
            return context
        check = selectors.check_of(fit)
        return {
            **context,
            "fit": fit,
            "check": check,
            "quality": quality_words(fit.quality),
            "verdict": verdict_words(fit.quality, check),
            "check_words": check_words(check) if check else [],
            "noticed": _noticed(fit),
            "at_risk_percent": round(100 * decided().borders.at_risk),
            "rule_days": RULE_DAYS,
            "settings_url": settings_url(self.request.user),
            "check_picture": _check_picture(check),
            "accuracies": _accuracies(check),
        }


def _noticed(fit: Fit) -> list[dict[str, Any]]:
    return [
        {
            "habit": every_words(one.every_days),
            "after": one.after_days,
            "before_rule": before_rule_words(one),
        }
        for one in noticed(fit, decided().borders)
    ]


def _check_picture(check: HoldoutCheck | None) -> SafeString | None:
    if check is None:
        return None
    tenths = check.better.tenths
    names = [str(k) for k in range(1, len(tenths) + 1)]
    said = [100 * tenth.predicted for tenth in tenths]
    came = [100 * tenth.returned for tenth in tenths]
    ranges = [wilson(tenth.returned * tenth.readers, tenth.readers) for tenth in tenths]
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


def _accuracies(check: HoldoutCheck | None) -> list[tuple[str, Accuracy, bool]]:
    """Return name, figures, and whether it is used, of all that were compared."""
    if check is None:
        return []
    used = check.used is Used.CHALLENGER
    found = [(pgettext("loyalty", "Model"), check.model, not used)]
    if check.challenger is not None:
        found.append(
            (pgettext("loyalty", "Challenger (logistic regression)"), check.challenger, used)
        )
    return [*found, (pgettext("loyalty", "Last visit alone"), check.recency, False)]


def _runs() -> list[tuple[Run, str]]:
    """Return the newest runs, each with how long it took."""
    return [(run, took_words(run)) for run in Run.objects.order_by("-started_at", "-pk")[:RUNS]]
