"""URLs of the admin views."""

from django.urls import path

from cx_feedback.core.http.deferred_urls import deferred_view

app_name = "cx_loyalty"
urlpatterns = [
    path("", deferred_view("cx_feedback.loyalty.views.overview.OverviewView"), name="overview"),
    path(
        "returns/", deferred_view("cx_feedback.loyalty.views.effects.ReturnsView"), name="returns"
    ),
    path(
        "experiments/",
        deferred_view("cx_feedback.loyalty.views.effects.ExperimentsView"),
        name="experiments",
    ),
    path(
        "readers/",
        deferred_view("cx_feedback.loyalty.views.reader_list.ReadersView"),
        name="readers",
    ),
    path(
        "readers/results/",
        deferred_view("cx_feedback.loyalty.views.reader_list.ReadersView", results_only=True),
        name="readers_results",
    ),
    path(
        "readers/<int:pk>/",
        deferred_view("cx_feedback.loyalty.views.reader.ReaderView"),
        name="reader",
    ),
    path(
        "readers/<int:pk>/leave/",
        deferred_view("cx_feedback.loyalty.views.at_risk_actions.LeaveInPeaceView"),
        name="leave",
    ),
    path(
        "attitudes/",
        deferred_view("cx_feedback.loyalty.views.attitudes.AttitudesView"),
        name="attitudes",
    ),
    path("check/", deferred_view("cx_feedback.loyalty.views.accuracy.CheckView"), name="check"),
]
