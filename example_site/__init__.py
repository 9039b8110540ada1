"""A magazine on customer experience, built with Wagtail and wagtail-cx-feedback."""

from example_site.celery import app as celery_app

__all__ = ["celery_app"]
