from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *(
        [path("feedback/", include("cx_feedback.urls"))]
        if apps.is_installed("cx_feedback.core")
        else []
    ),
    path("", include(wagtail_urls)),
]
