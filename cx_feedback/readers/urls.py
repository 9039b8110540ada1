from django.urls import path

from cx_feedback.readers.privacy import own_data_views, views

urlpatterns = [
    path("consent/", views.consent_view, name="consent"),
    path("me/", own_data_views.own_data_view, name="me"),
]
