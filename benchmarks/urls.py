from django.urls import path

from benchmarks.bare.views import store, store_all
from tests.urls import urlpatterns as site

urlpatterns = [path("bare/", store), path("bare/all/", store_all), *site]
