"""``python -m tests.public_names`` writes ``public_names.json``: what sites, rows and queues hold.

A name that is listed there is held by something that a release cannot reach: rows of a database,
messages in a queue, templates and settings of a site, links in mails that were sent. Renaming one
needs a migration or a deprecation (``docs/releasing.md``).
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.messages import ROOT
from tests.public_interfaces import FURTHER_KINDS

FILE = Path(__file__).with_suffix(".json")
PACKAGE = ROOT / "cx_feedback"
STYLES = sorted(PACKAGE.glob("*/static/**/*.css"))
SCRIPTS = sorted(PACKAGE.glob("*/static/**/*.js"))
DOTTED = re.compile(r"cx_feedback(\.[\w:-]+)+\.?")
STORAGE = re.compile(r"[\"'`](cx-[\w.:-]+)[\"'`$]")


def list_models() -> Iterator[Any]:
    from django.apps import apps

    for config in apps.get_app_configs():
        if config.name.startswith("cx_feedback."):
            yield from config.get_models(include_auto_created=True)


def tables() -> Iterator[str]:
    for model in list_models():
        yield from (f"{model._meta.db_table}.{f.column}" for f in model._meta.local_concrete_fields)


def constraints_and_indexes() -> Iterator[str]:
    for model in list_models():
        yield from (each.name for each in [*model._meta.constraints, *model._meta.indexes])


def stored_choices() -> Iterator[str]:
    for model in list_models():
        for field in model._meta.local_concrete_fields:
            for value, _label in field.flatchoices:
                yield f"{model._meta.label}.{field.name}={value}"


def permissions() -> Iterator[str]:
    for model in list_models():
        codes = [f"{p}_{model._meta.model_name}" for p in model._meta.default_permissions]
        codes += [code for code, _name in model._meta.permissions]
        yield from (f"{model._meta.app_label}.{code}" for code in codes)


def migrations() -> Iterator[str]:
    for path in PACKAGE.glob("*/migrations/0*.py"):
        yield f"{path.parts[-3]}.{path.stem}"


def tasks() -> Iterator[str]:
    from importlib import import_module

    from celery import current_app

    for path in PACKAGE.glob("*/tasks.py"):
        import_module(f"cx_feedback.{path.parent.name}.tasks")
    current_app.finalize()
    yield from (name for name in current_app.tasks if name.startswith("cx_feedback"))


def beat_entries() -> Iterator[str]:
    from cx_feedback.core.schedule import beat_schedule

    yield from (f"{key}: {entry['task']}" for key, entry in beat_schedule().items())


def audit_actions() -> Iterator[str]:
    from wagtail.log_actions import registry

    yield from (name for name, _label in registry.get_choices() if name.startswith("cx"))


def addresses() -> Iterator[str]:
    """Iterate over the addresses of our own views, with their names."""
    from django.urls import URLPattern, get_resolver

    def walk(patterns: list[Any], prefix: str, spaces: tuple[str, ...]) -> Iterator[str]:
        for each in patterns:
            path = prefix + str(each.pattern)
            if isinstance(each, URLPattern):
                view = getattr(each.callback, "view_class", each.callback)
                if view.__module__.startswith("cx_feedback."):
                    yield f"{':'.join([*spaces, each.name or '-'])} {path}"
            else:
                inside = (*spaces, each.namespace) if each.namespace else spaces
                yield from walk(each.url_patterns, path, inside)

    yield from walk(get_resolver().url_patterns, "", ())


def settings() -> Iterator[str]:
    from cx_feedback.core.settings.settings_list import SETTINGS

    yield from (setting.name for setting in SETTINGS)


def dotted_strings() -> Iterator[str]:
    """Iterate over dotted constants that name nothing in the code: salts, checks, actions."""
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and DOTTED.fullmatch(value) and not _names_code(value):
                yield value


def _names_code(dotted: str) -> bool:
    path = ROOT / dotted.replace(".", "/")
    tried = (path, path.with_suffix(".py"), path.parent.with_suffix(".py"))
    return any(each.exists() for each in tried) or (path.parent.parent.with_suffix(".py")).exists()


def commands() -> Iterator[str]:
    from django.core.management import load_command_class

    for path in PACKAGE.glob("*/management/commands/cx_*.py"):
        command = load_command_class(f"cx_feedback.{path.parts[-4]}", path.stem)
        parser = command.create_parser("manage.py", path.stem)
        own = [a for a in parser._actions if a.dest not in BASE_OPTIONS]
        for action in own:
            yield f"{path.stem} {' '.join(action.option_strings) or action.dest}"


BASE_OPTIONS = {
    *("help", "version", "verbosity", "settings", "pythonpath", "traceback"),
    *("no_color", "force_color", "skip_checks"),
}


def signals() -> Iterator[str]:
    from django.dispatch import Signal

    from cx_feedback.core import signals

    yield from (name for name, value in vars(signals).items() if isinstance(value, Signal))


def template_tags() -> Iterator[str]:
    from importlib import import_module

    from tests.reference.code_pages import show_use

    for path in PACKAGE.glob("*/templatetags/cx_*.py"):
        library = import_module(f"cx_feedback.{path.parts[-3]}.templatetags.{path.stem}").register
        for name, function in {**library.tags, **library.filters}.items():
            yield f"{path.stem} {show_use(name, function, name in library.filters)}"


def templates() -> Iterator[str]:
    for path in PACKAGE.glob("*/templates/**/*"):
        if path.is_file():
            yield str(path.relative_to(PACKAGE)).partition("templates/")[2]


def css_classes() -> Iterator[str]:
    for path in STYLES:
        yield from re.findall(r"\.(cx-[\w-]+)", path.read_text(encoding="utf-8"))


def custom_properties() -> Iterator[str]:
    for path in STYLES:
        yield from re.findall(r"(--cx-[\w-]+)", path.read_text(encoding="utf-8"))


def browser_storage() -> Iterator[str]:
    for path in SCRIPTS:
        yield from STORAGE.findall(path.read_text(encoding="utf-8"))


def rest_fields() -> Iterator[str]:
    from django.test import Client

    schema = Client().get("/feedback/api/v1/schema/", {"format": "json"}).json()
    for path, operations in schema["paths"].items():
        yield from (f"{method.upper()} {path}" for method in operations)
    for name, component in schema["components"]["schemas"].items():
        yield from (f"{name}.{field}" for field in component.get("properties", {}))


KINDS: list[Callable[[], Iterator[str]]] = [
    tables,
    constraints_and_indexes,
    stored_choices,
    permissions,
    migrations,
    tasks,
    beat_entries,
    audit_actions,
    addresses,
    settings,
    dotted_strings,
    commands,
    signals,
    template_tags,
    templates,
    css_classes,
    custom_properties,
    browser_storage,
    rest_fields,
    *FURTHER_KINDS,
]


def collected() -> dict[str, list[str]]:
    """Return the names of every kind, sorted."""
    return {kind.__name__: sorted(set(kind())) for kind in KINDS}


def main() -> None:
    """Write the list anew."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    text = json.dumps(collected(), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
