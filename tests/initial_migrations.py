"""``make migrations``: write the one initial migration of each room, and of the example site, anew.

Before a release a changed model changes its first migration. As soon as
``released_migrations.json`` lists migrations this refuses, and ``makemigrations`` adds them as in
every project. What models cannot say (triggers, storage) stands in ``migrations/_operations.py`` of
a room.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.utils import translation

from tests import released_migrations

ROOT = Path(__file__).parent.parent
FOLDERS = [
    *sorted(ROOT.glob("cx_feedback/*/migrations")),
    ROOT / "example_site/magazine/migrations",
]

REFUSAL = f"""tests/{released_migrations.FILE.name} lists the migrations as released.
Sites ran them: add one by "python manage.py makemigrations", and let it run on the oldest versions
(tests/test_migrations.py says what is in its way).
Only before the tag of the first release: delete that file, run this again, then write the file
anew by "python -m tests.released_migrations"."""

#: Newest migrations of Wagtail, and the last one that every supported version has.
LATEST = re.compile(r"\('wagtailcore', '\d{4}_\w+'\)")
OLDEST = "('wagtailcore', '0094_alter_page_locale')"


def adapt(text: str, package: str, with_operations: bool) -> str:
    """Return a generated migration made right for every supported Wagtail."""
    page = "settings.WAGTAIL_PAGE_MODEL"
    if page in text:
        text = text.replace(
            f"migrations.swappable_dependency({page})", "swapper.dependency('wagtailcore', 'Page')"
        )
        text = text.replace(page, "swapper.get_model_name('wagtailcore', 'Page')")
        text = text.replace("from django.conf import", "import swapper\nfrom django.conf import", 1)
        if "settings." not in text.partition("class Migration")[2]:
            text = text.replace("from django.conf import settings\n", "")
    text = LATEST.sub(OLDEST, text)
    if with_operations:
        head, _, rest = text.partition("\n\n\nclass Migration")
        text = f"{head}\n\nfrom {package}._operations import OPERATIONS\n\n\nclass Migration{rest}"
        text = re.sub(r"\n    \]\n*\Z", "\n        *OPERATIONS,\n    ]\n", text)
    return text


def fold(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations with all that a model has in its ``CreateModel``.

    Django's autodetector adds relations, indexes and constraints one by one. Each of these renders
    the models again, and copies the table on SQLite, which is half of the time of an installation.
    What closes a circle of relations is left to be added at the end.
    """
    waiting = {one.name_lower: one for one in operations if isinstance(one, CreateModel)}
    parts = {name: [one for one in operations if _is_part_of(one, name)] for name in waiting}
    rest = [one for one in operations if not any(one in [waiting[n], *parts[n]] for n in waiting)]
    ordered: list[Operation] = []
    while waiting:
        free = [
            n for n in waiting if not _find_targets(waiting[n], parts[n]) & waiting.keys() - {n}
        ]
        name = (free or list(waiting))[0]
        model = waiting.pop(name)
        if free:
            ordered.append(_absorb(model, parts[name]))
        else:
            ordered.append(model)
            rest = parts[name] + rest
    return ordered + rest


def _is_part_of(operation: Operation, name: str) -> bool:
    """Return whether an operation adds a field, an index or a constraint to the model."""
    parts = (AddField, AddIndex, AddConstraint)
    return isinstance(operation, parts) and operation.model_name_lower == name


def _find_targets(model: CreateModel, parts: list[Operation]) -> set[str]:
    """Return the lower-case names of the models to which the fields lead, without their app."""
    fields = [field for _name, field in model.fields]
    fields += [one.field for one in parts if isinstance(one, AddField)]
    leading = [field.remote_field for field in fields if field.remote_field]
    targets = [[one.model, getattr(one, "through", None)] for one in leading]
    return {str(to).rpartition(".")[2].lower() for both in targets for to in both if to}


def _absorb(model: CreateModel, parts: list[Operation]) -> CreateModel:
    """Return the model with its parts."""
    fields, options = list(model.fields), dict(model.options)
    for one in parts:
        if isinstance(one, AddField):
            fields.append((one.name, one.field))
        elif isinstance(one, AddIndex):
            options["indexes"] = [*options.get("indexes", []), one.index]
        elif isinstance(one, AddConstraint):
            options["constraints"] = [*options.get("constraints", []), one.constraint]
    return CreateModel(model.name, fields, options, model.bases, model.managers)


def write_migrations(labels: list[str]) -> None:
    """Write the first migrations of the apps, as ``makemigrations`` does, and fold them."""
    from django.apps import apps

    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(
        loader.project_state(),
        ProjectState.from_apps(apps),
        MigrationQuestioner(specified_apps=set(labels)),
    )
    changes = detector.changes(loader.graph, set(labels), set(labels), migration_name="initial")
    assert set(changes) <= set(labels), "An installed library has changes without migrations."
    for migration in (one for of_app in changes.values() for one in of_app):
        migration.operations = fold(migration.operations)
        writer = MigrationWriter(migration, include_header=False)
        Path(writer.path).write_text(writer.as_string(), encoding="utf-8")


def main() -> None:
    """Delete the old migrations and let Django write new ones; exits if they are released."""
    if released_migrations.FILE.exists():
        sys.exit(REFUSAL)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "example_site.settings"
    for folder in FOLDERS:
        for path in folder.glob("0*.py"):
            path.unlink()
    import django
    from django.apps import apps

    django.setup()
    names = {str(folder.relative_to(ROOT).parent).replace("/", ".") for folder in FOLDERS}
    labels = [config.label for config in apps.get_app_configs() if config.name in names]
    with translation.override(None):
        write_migrations(labels)
    for folder in FOLDERS:
        package = ".".join(folder.relative_to(ROOT).parts)
        for path in folder.glob("0*.py"):
            text = path.read_text(encoding="utf-8")
            if package.startswith("cx_feedback"):
                text = adapt(text, package, (folder / "_operations.py").exists())
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
