from django.urls import path

from cx_feedback.loyalty.api import effect_views, overview_views, reader_views

urlpatterns = [
    path("loyalty/", overview_views.LoyaltyView.as_view(), name="api-loyalty"),
    path("loyalty/tiers/", overview_views.TiersView.as_view(), name="api-loyalty-tiers"),
    path("loyalty/returns/", overview_views.ReturnsView.as_view(), name="api-loyalty-returns"),
    path("loyalty/cohorts/", overview_views.CohortsView.as_view(), name="api-loyalty-cohorts"),
    path(
        "loyalty/attitudes/", overview_views.AttitudesView.as_view(), name="api-loyalty-attitudes"
    ),
    path("loyalty/causes/", effect_views.CausesView.as_view(), name="api-loyalty-causes"),
    path(
        "loyalty/experiments/",
        effect_views.ExperimentsView.as_view(),
        name="api-loyalty-experiments",
    ),
    path("loyalty/scores/", reader_views.ScoresView.as_view(), name="api-loyalty-scores"),
    path("loyalty/readers/", reader_views.ReadersView.as_view(), name="api-loyalty-readers"),
    path(
        "loyalty/readers/<int:reader_id>/",
        reader_views.ReaderView.as_view(),
        name="api-loyalty-reader",
    ),
]
