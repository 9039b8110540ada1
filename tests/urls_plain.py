"""A site without languages in its addresses."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("feedback/", include("cx_feedback.urls")),
    path("", include(wagtail_urls)),
]
