"""The steps of the whole check: which tests each of them runs.

Every test is in one step at least (``tests/test_steps.py``).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import product
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
#: True in ``make test-all``: what only repeats runs too.
THOROUGH = bool(os.environ.get("CX_THOROUGH"))
#: These begin first, so that no process ends with a long one while the others have nothing to do.
LONGEST = (
    *("example_site/test_magazine.py", "readers/test_jobs.py", "test_schema.py"),
    *("test_queries.py", "newsletter/test_simulation.py", "permissions/test_admin.py"),
)
#: The tests that pytest has read, with the names of their markers.
collected: dict[str, set[str]] = {}


def combine(*axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return combinations in which each value of each axis is, all of them in ``make test-all``."""
    if THOROUGH:
        return [*product(*axes)]
    rows = range(max(map(len, axes)))
    return [tuple(axis[row % len(axis)] for axis in axes) for row in rows]


def get_turn(test: str) -> int:
    """Return the place in line of a test, given by its id: the files that take longest go first."""
    path = test.partition("::")[0].removeprefix("tests/")
    return LONGEST.index(path) if path in LONGEST else len(LONGEST)


@dataclass(frozen=True)
class Step:
    """The tests that an expression of markers names, in some files or not in some folders."""

    markers: str
    ignored: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def arguments(self) -> list[str]:
        """Return the arguments of pytest."""
        paths = (path.relative_to(TESTS.parent).as_posix() for path in TESTS.rglob("test_*.py"))
        files = sorted(path for path in paths if self.files and self._has_file(path))
        return ["-m", self.markers, *(f"--ignore={folder}" for folder in self.ignored), *files]

    def includes(self, test: str, markers: set[str]) -> bool:
        """Return whether the step runs a test, given by its id, with these markers."""
        words = [
            word if word in ("and", "or", "not") else str(word in markers)
            for word in self.markers.split()
        ]
        return eval(" ".join(words)) and self._has_file(test.partition("::")[0])

    def _has_file(self, path: str) -> bool:
        if path.startswith(tuple(f"{folder}/" for folder in self.ignored)):
            return False
        return not self.files or any(fnmatch(path, f"tests/{pattern}") for pattern in self.files)


NO_SERVER = "not services and not browser"
#: What needs servers or a browser is not even read there, so that its tools are not needed. The
#: example site has its own pins.
NOT_READ = ("tests/services", "tests/browser", "tests/example_site")
#: On another set of versions and another database: what goes through the parts of Django, Wagtail,
#: DRF and SQL that they change. In each room these are services, statements, the admin, the REST
#: API and pages, by the names of the files; then what asks all rooms for everything of a kind.
BY_VERSION = (
    *("*/test_services.py", "*/test_admin.py", "*/test_api.py", "*/test_rest*.py"),
    *("*/test_page.py", "*/test_pages.py", "*/test_screens.py", "*/test_*_screen.py"),
    *("*/test_tabs.py", "*/test_editing.py", "*/test_listing.py", "*/test_chooser.py"),
    *("*/test_exports.py", "*/test_autosave.py", "*/test_previews.py", "*/test_own_type.py"),
    *("*/test_figures.py", "*/test_folding.py", "*/test_crosstab.py", "*/test_placement.py"),
    *("core/test_checks.py", "core/test_compat.py", "core/test_fast_insert.py"),
    *("core/test_languages.py", "core/test_permissions.py", "core/test_throttles.py"),
    *("comments/test_comment_templates.py", "comments/test_reading.py", "comments/test_search.py"),
    *("comments/test_queue_queries.py", "comments/test_votes.py", "comments/test_following.py"),
    *("loyalty/test_command.py", "loyalty/test_runs.py", "loyalty/test_tier_transitions.py"),
    *("mail/test_backends.py", "mail/test_mailings.py", "mail/test_status_updater.py"),
    *(
        "newsletter/test_follow_ups.py",
        "newsletter/test_issues.py",
        "newsletter/test_preferences.py",
    ),
    *("nps/test_dashboard.py", "nps/test_nps.py", "readers/test_jobs.py"),
    *("permissions/*", "projects/*", "surveys/partials/test_plain.py", "surveys/polls/*"),
    *("test_article.py", "test_bad_input.py", "test_erasure.py", "test_error_answers.py"),
    *("test_fast_models.py", "test_gone.py", "test_migrations.py", "test_person.py"),
    *("test_privacy.py", "test_queries.py", "test_schema.py", "test_storable.py"),
    *("test_templates.py", "test_tracking.py", "test_unstorable_forms.py"),
    "test_wagtail_api.py",
)
#: What ``.ci/run`` runs, by name.
WHOLE = {
    # What is the same everywhere, and takes long or has its own pins.
    "once": Step(f"slow and {NO_SERVER}"),
    "versions": Step(f"not slow and {NO_SERVER}", NOT_READ, BY_VERSION),
    # The suite on one set of versions and one database.
    "suite": Step(f"not slow and {NO_SERVER}", NOT_READ),
    # By their files, because to read all tests takes each process a quarter of a minute.
    "services": Step("services", files=("services/*", "comments/test_flood.py", "test_upgrade.py")),
    # Of the services, what runs on each broker.
    "broker": Step("broker", files=("services/*",)),
    "browser": Step("browser", files=("browser/*",)),
}
