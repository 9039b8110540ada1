"""Each room installs without those that it does not need: checks, migrations, pages, schema."""

import os
import subprocess
import sys

import pytest

from cx_feedback import NEEDS
from tests.messages import ROOT

SCRIPT = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
call_command("check", fail_level="WARNING")
call_command("migrate", verbosity=0)
from django.apps import apps
ours = [app.label for app in apps.get_app_configs() if app.label.startswith("cx_feedback_")]
call_command("makemigrations", *ours, check=True, dry_run=True, verbosity=0)
from wagtail.models import Site
from tests.site.models import ArticlePage
home = Site.objects.get().root_page
home.add_child(instance=ArticlePage(title="Article", slug="article"))
client = Client()
page = client.get("/en/article/")
assert page.status_code == 200, page.status_code
schema = client.get("/feedback/api/v1/schema/")
assert schema.status_code == 200, schema.status_code
from django.contrib.auth import get_user_model
client.force_login(get_user_model().objects.create_superuser("admin", "a@example.org", "x"))
admin = client.get("/admin/")
assert admin.status_code == 200, admin.status_code
from cx_feedback.core.schedule import beat_schedule
print("paths", sorted(schema.json()["paths"]), "beat", len(beat_schedule()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("room", ["", *NEEDS])
def test_a_site_with_one_room(room):
    names = {"CX_ROOMS": room, "DJANGO_SETTINGS_MODULE": "tests.projects.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, **names, "DATABASE_URL": "sqlite://:memory:"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "/feedback/api/v1/me/" in done.stdout
