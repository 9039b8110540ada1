"""Tests of the rooms that write about accounts, on a site whose accounts have UUIDs."""

import os
import subprocess
import sys

import pytest

from tests.messages import ROOT

CONVERSATIONS = "tests/conversations"
FILES = (
    f"{CONVERSATIONS}/assignment",
    f"{CONVERSATIONS}/rules/test_beginning.py",
    f"{CONVERSATIONS}/test_inbox.py",
    f"{CONVERSATIONS}/test_mentions.py",
    f"{CONVERSATIONS}/test_presence.py",
    f"{CONVERSATIONS}/test_rest_decisions.py",
    f"{CONVERSATIONS}/test_rest_shapes.py",
    f"{CONVERSATIONS}/test_services.py",
    f"{CONVERSATIONS}/test_taken_in.py",
    f"{CONVERSATIONS}/promise/test_notices.py",
)


@pytest.mark.slow
def test_accounts_may_have_uuids():
    settings = "tests.projects.uuid_accounts.settings"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--ds={settings}", *FILES]
    names = {"DJANGO_SETTINGS_MODULE": settings, "DATABASE_URL": "sqlite://:memory:"}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **names}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]
