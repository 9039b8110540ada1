from django.apps import AppConfig


class TestSiteConfig(AppConfig):
    name = "tests.site"
    label = "tests_site"
