from django.urls import path

from cx_feedback.nps.api import views

urlpatterns = [
    path("nps/<int:pk>/", views.NPSView.as_view(), name="api-nps"),
    path("nps/<int:pk>/responses/", views.ResponsesView.as_view(), name="api-nps-responses"),
    path("nps/<int:pk>/starts/", views.StartsView.as_view(), name="api-nps-starts"),
    path("nps/<int:pk>/partials/", views.PartialsView.as_view(), name="api-nps-partials"),
    path("nps/<int:pk>/results/", views.ResultsView.as_view(), name="api-nps-results"),
]
