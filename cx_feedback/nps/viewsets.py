"""The admin viewset of NPS widgets."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass
from cx_feedback.nps import permissions
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys.viewsets import BaseSurveyViewSet


@clean_requests
class NPSViewSet(BaseSurveyViewSet):
    model = NPSWidget
    model_permissions = permissions.NPS_WIDGETS
    icon = "cx-gauge"
    menu_label = pgettext_lazy("NPS", "NPS")
    menu_order = 110
    base_url_path = "cx-feedback/nps"
    results_view_class = DeferredClass("cx_feedback.nps.results.dashboard_view.NPSResultsView")
    ask_url_name = "cx_feedback:nps-ask"
