"""Python of documents, run as a site would run it."""

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, Self

import django
import pytest
from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.conf import global_settings
from django.db.models.options import Options
from django.test import override_settings
from django.utils.module_loading import import_string
from wagtail.models import pages

from cx_feedback.core.checks import check_settings
from tests.documents.blocks import Block
from tests.documents.names import NAMES

SETTINGS_FILE = re.compile(r"(^|/)settings(/\w+)?\.py$")
#: Apps of the site itself.
OWN_APPS = ("blog", "home", "magazine", "mysite", "search")
#: How settings begin that are not Django's own.
OTHER_SETTINGS = re.compile(
    "ANYMAIL|BASE_DIR$|CELERY_|CONTENT_SECURITY_POLICY|CORS_|CX_FEEDBACK$|PROJECT_DIR$|REST_FRAMEWORK$"
    "|SPECTACULAR_SETTINGS$|TAGGIT_|WAGTAIL"
)


class SiteCode:
    """The namespace in which the Python blocks of one page run, one after another."""

    def __init__(self, get_fixture: Callable[[str], Any]) -> None:
        self.namespace: dict[str, Any] = {"__name__": "tests.site.documented"}
        self._get_fixture = get_fixture
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        # Models of a document stay out of the registry, and pages out of Wagtail's list.
        self._patch.setattr(Options, "default_apps", Apps())
        self._patch.setattr(pages, "PAGE_MODEL_CLASSES", list(pages.PAGE_MODEL_CLASSES))
        return self

    def __exit__(self, *exception: object) -> None:
        self._patch.undo()

    def run(self, block: Block) -> str:
        """Run a block and return what is wrong with it, or ""."""
        if block.since > django.VERSION:
            return ""
        try:
            code = compile(block.code, str(block), "exec")
            for name in sorted(find_needed_names(block.code) - self.namespace.keys()):
                self.namespace[name] = self._get_value(name)
            before = set(self.namespace)
            self._enter_module(block.file)
            exec(code, self.namespace)
            if SETTINGS_FILE.search(block.file):
                return "; ".join(self._find_settings_problems(before))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _enter_module(self, file: str) -> None:
        """Let this block import from the files before, and those behind it from this one."""
        if file.endswith(".py"):
            name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            module = ModuleType(name)
            module.__dict__.update(self.namespace)
            module.__dict__["__getattr__"] = self._get_attribute
            self._patch.setitem(sys.modules, name, module)
            self.namespace["__package__"] = name if "__init__" in file else name.rpartition(".")[0]

    def _get_attribute(self, name: str) -> Any:
        if name not in self.namespace:
            raise AttributeError(name)
        return self.namespace[name]

    def _get_value(self, name: str) -> Any:
        if name in NAMES:
            return NAMES[name]()
        try:
            return self._get_fixture(name)
        except pytest.FixtureLookupError:
            raise NameError(f"nothing defines {name}") from None

    def _find_settings_problems(self, before: set[str]) -> Iterator[str]:
        given = {
            name: value
            for name, value in self.namespace.items()
            if name.isupper() and not isinstance(value, type)
        }
        for name in given.keys() - before:
            if not (hasattr(global_settings, name) or OTHER_SETTINGS.match(name)):
                yield f"{name} is not a setting"
        named = {name: given[name] for name in ("CX_FEEDBACK", "STORAGES") if name in given}
        with override_settings(**{"CX_FEEDBACK": {}, **named}):
            yield from (message.msg for message in check_settings(None))
        for entry in given.get("INSTALLED_APPS", ()):
            if not apps.is_installed(entry) and entry.partition(".")[0] not in OWN_APPS:
                AppConfig.create(entry)
        for path in given.get("MIDDLEWARE", ()):
            import_string(path)
        for cache in given.get("CACHES", {}).values():
            import_string(cache["BACKEND"])
        for database in given.get("DATABASES", {}).values():
            import_module(f"{database['ENGINE']}.base")
        if "EMAIL_BACKEND" in given:
            import_string(given["EMAIL_BACKEND"])


def find_needed_names(code: str) -> set[str]:
    """Return the names that code reads or changes and does not define, in whatever scope.

    What a site has of its own belongs to them even if it is defined anew: ``X = [..., *X]``.
    """
    nodes = list(ast.walk(ast.parse(code)))
    changed = {node.target for node in nodes if isinstance(node, ast.AugAssign)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    needed = {name.id for name in names if isinstance(name.ctx, ast.Load) or name in changed}
    defined = {name.id for name in names if isinstance(name.ctx, ast.Store) and name not in changed}
    for node in nodes:
        if isinstance(node, ast.alias):
            defined.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.ExceptHandler) and node.name:
            defined.add(node.name)
    return needed - (defined - NAMES.keys()) - set(dir(builtins))
