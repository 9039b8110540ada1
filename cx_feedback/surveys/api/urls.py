from django.urls import path

from cx_feedback.surveys.api import (
    page_result_views,
    partial_views,
    poll_views,
    result_views,
    trend_views,
    views,
)

urlpatterns = [
    path("surveys/", views.SurveysView.as_view(), name="api-surveys"),
    path("surveys/<int:pk>/", views.SurveyView.as_view(), name="api-survey"),
    path(
        "surveys/<int:pk>/responses/",
        views.ResponsesView.as_view(),
        name="api-survey-responses",
    ),
    path("surveys/<int:pk>/starts/", views.StartsView.as_view(), name="api-survey-starts"),
    path("surveys/<int:pk>/poll/", poll_views.PollView.as_view(), name="api-survey-poll"),
    path(
        "surveys/<int:pk>/partials/",
        partial_views.PartialsView.as_view(),
        name="api-survey-partials",
    ),
    path(
        "surveys/<int:pk>/results/", result_views.ResultsView.as_view(), name="api-survey-results"
    ),
    path(
        "surveys/<int:pk>/results/pages/",
        page_result_views.PagesView.as_view(),
        name="api-survey-pages",
    ),
    path(
        "surveys/<int:pk>/results/crosstab/",
        result_views.CrossTabView.as_view(),
        name="api-survey-crosstab",
    ),
    path(
        "surveys/<int:pk>/results/trend/", trend_views.TrendView.as_view(), name="api-survey-trend"
    ),
    path(
        "surveys/<int:pk>/results/periods/",
        trend_views.CompareView.as_view(),
        name="api-survey-periods",
    ),
]
