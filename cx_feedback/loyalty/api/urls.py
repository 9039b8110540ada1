from django.urls import path

from cx_feedback.loyalty.api import views

urlpatterns = [
    path("loyalty/", views.LoyaltyView.as_view(), name="api-loyalty"),
    path("loyalty/tiers/", views.TiersView.as_view(), name="api-loyalty-tiers"),
    path("loyalty/returns/", views.ReturnsView.as_view(), name="api-loyalty-returns"),
    path("loyalty/cohorts/", views.CohortsView.as_view(), name="api-loyalty-cohorts"),
    path("loyalty/attitudes/", views.AttitudesView.as_view(), name="api-loyalty-attitudes"),
    path("loyalty/causes/", views.CausesView.as_view(), name="api-loyalty-causes"),
    path("loyalty/experiments/", views.ExperimentsView.as_view(), name="api-loyalty-experiments"),
    path("loyalty/scores/", views.ScoresView.as_view(), name="api-loyalty-scores"),
    path("loyalty/readers/", views.ReadersView.as_view(), name="api-loyalty-readers"),
    path("loyalty/readers/<int:reader_id>/", views.ReaderView.as_view(), name="api-loyalty-reader"),
]
