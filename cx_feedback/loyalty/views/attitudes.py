"""Readers by attitude and behaviour."""

from typing import Any

from django.utils.translation import gettext_lazy

from cx_feedback.loyalty.permissions import VIEW_READER
from cx_feedback.loyalty.reports.attitude_matrix import MIN_READERS, get_attitude_matrix
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.views.base import LoyaltyTemplateView


class AttitudesView(LoyaltyTemplateView):
    """The matrix of Dick and Basu."""

    template_name = "cx_feedback/loyalty/admin/attitudes.html"
    page_title = gettext_lazy("What they say and what they do")
    tab = "attitudes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = get_attitude_matrix(named=VIEW_READER.is_granted_to(self.request.user))
        boxes = found.boxes
        return {
            **super().get_context_data(**kwargs),
            "matrix": found,
            "high": [boxes[AttitudeGroup.LATENT], boxes[AttitudeGroup.TRUE]],
            "low": [boxes[AttitudeGroup.NONE], boxes[AttitudeGroup.SPURIOUS]],
            "anybody": any(box.count != 0 for box in boxes.values()),
            "shown_from": MIN_READERS,
        }
