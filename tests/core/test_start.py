"""What a process imports to start, beside what a bare Wagtail imports."""

import json
import os
import subprocess
import sys

import pytest

#: Libraries that are imported where they are used, and for what.
IMPORTED_IN_USE = {
    "akismet": "asking Akismet about a comment, in a task",
    "altcha": "proofs of work of commenters without scripts",
    "anymail": "events of mail providers, where a site installs it",
    "billiard": "Celery's worker",
    "celery": "tasks and their queue",
    "confusable_homoglyphs": "names of commenters in other scripts",
    "css_inline": "the mails of the newsletter",
    "drf_spectacular": "the document of the REST API, and its views",
    "kombu": "Celery's broker",
    "linkify_it": "addresses in the text of comments",
    "markdown_it": "the text of comments",
    "mrml": "the issues of the newsletter",
    "nh3": "the text of comments",
    "numpy": "scores of surveys, spam detection and loyalty",
    "openpyxl": "files of Excel",
    "scipy": "scores of surveys and loyalty",
}
#: Of those, what no view of ours needs before it is called.
NOT_FOR_VIEWS = {
    "akismet", "altcha", "anymail", "confusable_homoglyphs", "css_inline", "linkify_it",
    "markdown_it", "mrml", "nh3", "openpyxl", "scipy",
}  # fmt: skip
#: What django.setup() may import of others beyond a bare site. Wagtail 8 needs swapper itself;
#: on Wagtail 7.4 our models and migrations name its pages by it.
ALLOWED = {"swapper"}


def started(site: str, *options: str) -> set[str]:
    """Return the names of the packages that a process of ``site`` has imported."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.start", site, *options],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return set(json.loads(done.stdout.splitlines()[-1])["modules"])


@pytest.fixture(scope="module")
def bare():
    return started("bare")


@pytest.fixture(scope="module")
def rooms():
    return started("rooms")


def top_level(modules: set[str]) -> set[str]:
    """Return the packages of third parties among ``modules``."""
    names = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    return {name for name in names if not name.startswith(("_", "cx_feedback", "tests"))}


def test_starting_imports_no_package_that_a_bare_site_does_not(bare, rooms):
    assert top_level(rooms) - top_level(bare) <= ALLOWED


@pytest.mark.parametrize("name", IMPORTED_IN_USE)
def test_a_heavy_library_is_imported_where_it_is_used(rooms, bare, name):
    assert name not in rooms - bare


@pytest.mark.slow
def test_looking_up_an_address_imports_the_views_without_what_they_compute_with(rooms, bare):
    with_views = started("rooms", "--views")
    assert not NOT_FOR_VIEWS & (with_views - bare)
    views = {"cx_feedback.comments.api.views", "cx_feedback.surveys.views"}
    assert views <= with_views
    assert not views & rooms


def test_starting_imports_no_services_tasks_or_views_of_the_api(rooms):
    ours = {name for name in rooms if name.startswith("cx_feedback.")}
    assert {"cx_feedback.comments.models", "cx_feedback.surveys.wagtail_hooks"} <= ours
    parts = {name.split(".")[2] for name in ours if name.count(".") > 1}
    assert not parts & {"services", "tasks", "api", "management"}
