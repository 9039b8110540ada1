"""The names that code in documents uses without defining them: what a site has of its own.

Those with rows are the fixtures of ``conftest.py``.
"""

import copy
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import Celery
from django.conf import settings
from django.urls import include, path, re_path
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from tests.site.models import ArticlePage

#: Settings that a page may change with ``+=`` or ``["…"]``: what ``wagtail start`` wrote, or more.
SETTINGS = """
CACHES CX_FEEDBACK DATABASES INSTALLED_APPS MIDDLEWARE STORAGES TEMPLATES TIME_ZONE
"""
NAMES: dict[str, Callable[[], Any]] = {
    "ArticlePage": lambda: ArticlePage,
    "BASE_DIR": lambda: Path("/srv/mysite"),
    "FieldPanel": lambda: FieldPanel,
    "Page": lambda: Page,
    "PROJECT_DIR": lambda: Path("/srv/mysite/mysite"),
    "StreamField": lambda: StreamField,
    "app": lambda: Celery("mysite", set_as_current=False),
    "blocks": lambda: blocks,
    "include": lambda: include,
    "os": lambda: os,
    "path": lambda: path,
    "re_path": lambda: re_path,
    "urlpatterns": list,
    **{name: lambda name=name: copy.deepcopy(getattr(settings, name)) for name in SETTINGS.split()},  # type: ignore[misc]
}
