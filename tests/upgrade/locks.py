"""``python -m tests.upgrade.locks [APP.NAME ...]``: added migrations, by django-migration-linter.

Without arguments, those that came after the first release. It says which of them lock a table for
long, or fail beside processes of the version before, and exits with 1 then. DATABASE_URL is
PostgreSQL: it makes the statements.
"""

import contextlib
import io
import os
import sys
from pathlib import Path

import django


def list_added() -> list[str]:
    """Return our migrations that the first release did not have."""
    from django.apps import apps

    from tests import released_migrations

    first = next(iter(released_migrations.load_releases().values()))
    labels = {config.name: config.label for config in apps.get_app_configs()}
    paths = [Path(path) for path in released_migrations.read_files() if path not in first]
    return [
        f"{labels['.'.join(path.parts[:-2])]}.{path.stem}"
        for path in paths
        if path.name.startswith("0")
    ]


def find_locks(names: list[str]) -> dict[str, str]:
    """Return what the linter says of each migration that it refuses; warnings count too."""
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(no_cache=True, all_warnings_as_errors=True)
    refused = {}
    for name in names:
        linter.reset_counters()
        with contextlib.redirect_stdout(io.StringIO()) as told:
            linter.lint_migration(linter.migration_loader.disk_migrations[(*name.split(".", 1),)])
        if linter.has_errors:
            refused[name] = told.getvalue()
    return refused


def main(names: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import connection

    from tests.upgrade import ACCEPTED

    assert connection.vendor == "postgresql", "DATABASE_URL has to name PostgreSQL"
    wanted = names or list_added()
    refused = find_locks(wanted)
    print(f"{len(wanted)} migrations, {len(refused)} refused")
    if idle := ACCEPTED.keys() - refused.keys() - set(names):
        print("ACCEPTED has migrations that nothing is said of:", *sorted(idle))
    wrong = {name: told for name, told in refused.items() if name not in ACCEPTED}
    print(*wrong.values(), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
