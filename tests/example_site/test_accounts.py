"""Readers' accounts in the example site: off unless asked for, social login to a comment's name."""

import subprocess
import sys

import pytest

from tests.example_site.surroundings import ROOT, environment

pytestmark = pytest.mark.slow  # a whole site, with its own pins

#: The provider "dummy" of django-allauth asks nobody: whoever it is told has logged in.
SCRIPT = """
import json
import django
from django.conf import settings
from tests.no_migrations import NoMigrations
settings.MIGRATION_MODULES = NoMigrations()
django.setup()
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
call_command("check")
call_command("migrate", run_syncdb=True, verbosity=0)
from wagtail.models import Locale, Page, Site
Locale.objects.create(language_code="es")
root = Page.add_root(title="Root", slug="root")
home = root.add_child(instance=Page(title="Portada", slug="portada"))
Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
from cx_feedback.comments.models import Comment
from cx_feedback.comments.rendering.thread_renderer import render_section

html = render_section(home)
assert "/accounts/login/?next=http" in html, html
client = Client(headers={"Sec-Fetch-Site": "same-origin"})
page = client.get("/accounts/login/?next=/es/")
assert page.status_code == 200
assert 'class="accounts"' in page.content.decode()
assert "/accounts/dummy/login/" in page.content.decode()
assert "form-action 'self' https:" in page["Content-Security-Policy"]
there = client.post("/accounts/dummy/login/?next=/es/")
assert there.status_code == 302, there.content
given = {"id": 7, "email": "eva@example.org", "email_verified": "on", "username": "eva"}
given |= {"first_name": "Eva", "last_name": "Luna"}
back = client.post(there["Location"], given)
assert (back.status_code, back["Location"]) == (302, "/es/"), back.content
answer = client.post(
    "/feedback/api/v1/comments/",
    json.dumps({"page": home.pk, "text": "As myself", "name": "Somebody else"}),
    content_type="application/json",
)
assert (answer.status_code, answer.json()["name"]) == (201, "Eva Luna"), answer.content
comment = Comment.objects.get()
assert (comment.user.username, comment.verified, comment.by_staff) == ("eva", True, False)
assert client.get("/admin/").status_code == 302
# An address that nobody has proved opens nothing.
other = Client()
there = other.post("/accounts/dummy/login/")
unproved = other.post(there["Location"], {"id": 8, "email": "ana@example.org", "username": "ana"})
assert "confirm-email" in unproved["Location"], unproved["Location"]
assert "_auth_user_id" not in other.session
print("done")
"""


def run(folder, script, **more):
    env = environment(folder, DATABASE_URL="sqlite://:memory:", EMAIL_URL="dummymail://", **more)
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True
    )


def test_social_login_to_a_comment(tmp_path):
    done = run(tmp_path, SCRIPT, SOCIAL_LOGIN="dummy")
    assert done.stdout.strip().endswith("done"), done.stderr[-3000:]


def test_without_it_nothing_of_accounts_is_there(tmp_path):
    script = (
        "import django; django.setup()\n"
        "from django.apps import apps\n"
        "from django.urls import NoReverseMatch, reverse\n"
        "assert not apps.is_installed('allauth')\n"
        "try:\n    reverse('account_login')\nexcept NoReverseMatch:\n    print('done')\n"
    )
    done = run(tmp_path, script)
    assert done.stdout.strip() == "done", done.stderr[-3000:]
