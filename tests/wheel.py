"""Build the wheel and follow the README into a fresh ``wagtail start`` site.

``python -m tests.wheel``: what git tracks below ``cx_feedback`` must be in the wheel, and the
wheel must serve a site that was not made for it, in an environment with nothing else.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.messages import ROOT

SITE_SETTINGS = """
import cx_feedback
INSTALLED_APPS = [
    *cx_feedback.ROOMS, "rest_framework", "drf_spectacular", "wagtail.contrib.settings",
    *INSTALLED_APPS,
]
"""
SITE_URLS = """
urlpatterns = [path("feedback/", include("cx_feedback.urls")), *urlpatterns]
"""
SITE_MODEL = """
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail import blocks
from cx_feedback.comments.blocks import CommentsBlock
from cx_feedback.newsletter.blocks import SubscribeBlock
from cx_feedback.nps.blocks import NPSBlock
from cx_feedback.surveys.blocks import SurveyBlock


class HomePage(Page):
    body = StreamField(
        [
            ("text", blocks.RichTextBlock()),
            ("survey", SurveyBlock()),
            ("nps", NPSBlock()),
            ("comments", CommentsBlock()),
            ("subscribe", SubscribeBlock()),
        ],
        blank=True,
    )
    content_panels = [*Page.content_panels, "body"]
"""
SITE_TEMPLATE = """{% load wagtailcore_tags cx_feedback %}<!doctype html>
<html><head><title>{{ page.title }}</title>{% cx_feedback_head %}</head>
<body>{% include_block page.body %}</body></html>
"""
VISIT = """
import json
from django.test import Client
from wagtail.models import Page
from home.models import HomePage
page = HomePage.objects.get()
page.body = json.dumps([{"type": "comments", "value": {}}, {"type": "subscribe", "value": {}}])
page.save_revision().publish()
html = Client(HTTP_HOST="localhost").get("/").content.decode()
assert 'name="text"' in html or "<textarea" in html, html
assert Client(HTTP_HOST="localhost").get("/feedback/api/v1/schema/").status_code == 200
print("the fresh site serves the comments form and the API")
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> None:
    print("+", *[Path(str(part)).name for part in command], flush=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTHON"))}
    subprocess.run([str(c) for c in command], cwd=cwd, check=True, env={**kept, **environment})


def check_files(wheel: Path) -> int:
    """Return the number of files of ours in ``wheel``; raises when one that git tracks is not."""
    tracked = subprocess.run(
        ["git", "ls-files", "cx_feedback"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    inside = set(zipfile.ZipFile(wheel).namelist())
    lost = [name for name in tracked if name and name not in inside]
    assert not lost, f"not in the wheel: {lost}"
    for part in ("/templates/", "/static/", ".mo", "/migrations/0001_initial.py"):
        assert any(part in name for name in inside), f"nothing of {part} in the wheel"
    return len(inside)


def build_site(python: Path, folder: Path) -> None:
    """Follow the README: settings, URLs, one block a kind."""
    run(python.parent / "wagtail", "start", "fresh", cwd=folder)
    site = folder / "fresh"
    for path, text in (
        ("fresh/settings/base.py", SITE_SETTINGS),
        ("fresh/urls.py", SITE_URLS),
    ):
        with (site / path).open("a") as file:
            file.write(text)
    (site / "home/models.py").write_text(SITE_MODEL)
    (site / "home/templates/home/home_page.html").write_text(SITE_TEMPLATE)
    for step in (["makemigrations", "home"], ["migrate", "-v0"], ["check"], ["shell", "-c", VISIT]):
        run(python, "manage.py", *step, cwd=site)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        run(sys.executable, "-m", "build", "--wheel", "-o", folder, ROOT, cwd=ROOT)
        wheel = next(folder.glob("*.whl"))
        print(f"{wheel.name}: {check_files(wheel)} files")
        run(sys.executable, "-m", "venv", folder / "clean", cwd=folder)
        python = folder / "clean/bin/python"
        run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel, cwd=folder)
        build_site(python, folder)


if __name__ == "__main__":
    main()
