"""What readers say by what they do."""

from typing import Any

from django.utils.translation import gettext_lazy

from cx_feedback.loyalty.permissions import may_name_readers
from cx_feedback.loyalty.reports.attitude_matrix import SHOWN_FROM, two_by_two
from cx_feedback.loyalty.reports.attitudes import Field
from cx_feedback.loyalty.views.base import Screen


class AttitudesView(Screen):
    """The two-by-two of Dick and Basu."""

    template_name = "cx_feedback/loyalty/admin/attitudes.html"
    page_title = gettext_lazy("What they say and what they do")
    tab = "attitudes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = two_by_two(named=may_name_readers(self.request.user))
        boxes = found.boxes
        return {
            **super().get_context_data(**kwargs),
            "found": found,
            "high": [boxes[Field.LATENT], boxes[Field.TRUE]],
            "low": [boxes[Field.NONE], boxes[Field.SPURIOUS]],
            "anybody": any(box.count != 0 for box in boxes.values()),
            "shown_from": SHOWN_FROM,
        }
