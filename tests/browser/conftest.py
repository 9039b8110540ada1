"""Chromium on the test site: with JavaScript and without, at the width of a phone."""

import os
import shutil

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect, sync_playwright

#: Playwright runs an event loop in this thread; Django must not take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = os.environ.get("CX_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PATIENCE = 15_000
PHONE = {"width": 390, "height": 800}
DESKTOP = {"width": 1280, "height": 900}
#: A script after which a page finds no storage, as some browsers' settings make it.
FORBID_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("Denied", "SecurityError"); },
});"""


@pytest.fixture(scope="session")
def chromium():
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture
def open_reader(chromium, live_server):
    """Return a function that opens a new reader's browser: ``open_reader(javascript=False)``."""
    contexts = []

    def open_(javascript=True, viewport=PHONE, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport=viewport,
            locale="en",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


def log_in(page, user):
    """Give the browser of ``page`` a session of ``user``: the form of the log-in is Wagtail's."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])


@pytest.fixture
def open_editor(open_reader, transactional_db, home, settings):
    """Return a function that opens an address, or none yet, logged in as a superuser."""

    # To publish while Wagtail's first autosave is under way makes a second draft of the same.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0

    def open_(path=""):
        editor = get_user_model().objects.create_superuser(
            "editor", "editor@example.org", "secret", first_name="Edith"
        )
        page = open_reader(viewport=DESKTOP)
        log_in(page, editor)
        if path:
            page.goto(path)
        return page

    return open_
