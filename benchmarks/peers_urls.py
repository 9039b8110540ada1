"""What the mails of django-newsletter link to."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("newsletter/", include("newsletter.urls")), path("admin/", admin.site.urls)]
