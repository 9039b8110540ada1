from django.urls import path

from benchmarks.bare.views import store
from tests.urls import urlpatterns as site

urlpatterns = [path("bare/", store), *site]
