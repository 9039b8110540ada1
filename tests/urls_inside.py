"""A site that has our addresses below a language, as its pages."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    *i18n_patterns(
        path("feedback/", include("cx_feedback.urls")),
        path("", include(wagtail_urls)),
    ),
]
