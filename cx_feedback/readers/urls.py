from django.urls import path

from cx_feedback.readers.privacy import views

urlpatterns = [path("consent/", views.consent_view, name="consent")]
