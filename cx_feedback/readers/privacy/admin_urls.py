"""URLs of the admin views on personal data."""

from django.urls import path

from cx_feedback.core.http.deferred_urls import deferred_view

app_name = "cx_privacy"
urlpatterns = [
    path("", deferred_view("cx_feedback.readers.privacy.admin_views.PersonView"), name="person"),
    path(
        "retention/",
        deferred_view("cx_feedback.readers.privacy.admin_views.RetentionView"),
        name="retention",
    ),
]
