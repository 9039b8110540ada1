"""Can the scores be trusted, and did the tasks run?"""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cx_feedback.core.charts import Line, lines
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.checking import HoldoutCheck
from cx_feedback.loyalty.views.base import Screen
from cx_feedback.loyalty.wording import check_words, quality_words


class CheckView(Screen):
    """Fit and check in plain words, with the figures for those who calculate."""

    template_name = "cx_feedback/loyalty/admin/check.html"
    page_title = gettext_lazy("How good is it?")
    tab = "check"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        fit = selectors.newest_fit()
        if fit is None:
            return context
        check = selectors.check_of(fit)
        return {
            **context,
            "fit": fit,
            "check": check,
            "quality": quality_words(fit.quality),
            "check_words": check_words(check),
            "check_picture": _check_picture(check),
        }


def _check_picture(check: HoldoutCheck | None) -> SafeString | None:
    if check is None:
        return None
    tenths = check.model.tenths
    points = [(f"{10 * k} %", 100 * tenth.predicted) for k, tenth in enumerate(tenths, 1)]
    came = [(f"{10 * k} %", 100 * tenth.returned) for k, tenth in enumerate(tenths, 1)]
    return lines(
        _("Said and come true, by tenth of the readers, the least likely first"),
        [Line(_("The model said"), points), Line(_("Came back"), came)],
        unit="%",
    )
