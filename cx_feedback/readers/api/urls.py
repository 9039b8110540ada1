from django.urls import path

from cx_feedback.readers.api import views

urlpatterns = [
    path("visits/", views.VisitsView.as_view(), name="api-visits"),
    path("me/", views.MeView.as_view(), name="api-me"),
]
