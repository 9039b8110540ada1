"""The addresses of the editor's screens."""

from django.urls import path

from cx_feedback.loyalty.views.attitudes import AttitudesView
from cx_feedback.loyalty.views.check import CheckView
from cx_feedback.loyalty.views.overview import OverviewView
from cx_feedback.loyalty.views.reader import ReaderView
from cx_feedback.loyalty.views.readers import ReadersView
from cx_feedback.loyalty.views.returns import ExperimentsView, ReturnsView

app_name = "cx_loyalty"
urlpatterns = [
    path("", OverviewView.as_view(), name="overview"),
    path("returns/", ReturnsView.as_view(), name="returns"),
    path("experiments/", ExperimentsView.as_view(), name="experiments"),
    path("readers/", ReadersView.as_view(), name="readers"),
    path("readers/results/", ReadersView.as_view(results_only=True), name="readers_results"),
    path("readers/<int:pk>/", ReaderView.as_view(), name="reader"),
    path("attitudes/", AttitudesView.as_view(), name="attitudes"),
    path("check/", CheckView.as_view(), name="check"),
]
