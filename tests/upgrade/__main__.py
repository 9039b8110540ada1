"""``python -m tests.upgrade [APP=START:END ...]``: without arguments, all that is released.

It prints what is lost and exits with 1 then. CX_CHANGES has other changes on purpose, as JSON.
"""

import json
import os
import sys

import django


def check(start: dict[str, str], end: dict[str, str], changes: dict[str, str]) -> list[str]:
    """Return what is lost on the way from ``start`` to ``end`` (or the newest), back and again.

    ``start`` and ``end`` name a migration for each label of an app.
    """
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from tests.upgrade import comparison, rows

    released = [*start.items()]
    executor = MigrationExecutor(connection)
    executor.migrate(released)
    state = MigrationExecutor(connection).loader.project_state(released)
    models = [
        model
        for label in start
        for model in state.apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    with transaction.atomic():
        rows.make_rows(models)
    before = comparison.read_tables(models)
    counts = [len(values) for columns in before.values() for values in [*columns.values()][:1]]
    assert len(counts) == len(models), "a table has no rows"
    assert min(counts) >= 2, "a table has too few rows"
    print(f"{connection.vendor}: {len(counts)} tables, {sum(counts)} rows", flush=True)
    losses = []
    for direction in ("forwards", "backwards", "forwards again"):
        executor = MigrationExecutor(connection)
        newest = [*end.items()] or executor.loader.graph.leaf_nodes()
        executor.migrate(released if direction == "backwards" else newest)
        # Back again, each name is the old one; what went on purpose does not return.
        gone = {name: "" for name, new in changes.items() if not new}
        found = comparison.find_losses(before, gone if direction == "backwards" else changes)
        losses += [f"{direction}: {loss}" for loss in found]
    return losses


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.apps import apps

    from tests import released_migrations, upgrade

    if arguments:
        named = {a: m.split(":") for a, m in (one.split("=") for one in arguments)}
        start, end = ({app: ways[i] for app, ways in named.items()} for i in (0, 1))
    else:
        first = next(iter(released_migrations.load_releases().values()))
        names = released_migrations.name_targets(first)
        start = {c.label: names[c.name] for c in apps.get_app_configs() if c.name in names}
        end = {}
    changes = json.loads(os.environ.get("CX_CHANGES", "null")) or upgrade.CHANGES
    losses = check(start, end, changes)
    print(*losses, sep="\n")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
