"""The examinations and widgets of all installed apps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps

from cx_feedback.core.health.findings import Finding, Problem


@dataclass(frozen=True)
class Examination:
    """One examination. It changes nothing, or takes back what it changed."""

    name: str
    title: Any
    examine: Callable[[], Iterable[Finding]]
    #: All that it can find.
    problems: tuple[Problem, ...]
    #: Seconds after which it is given up.
    seconds: float = 5.0
    #: Whether it writes to the databases what it takes back.
    writes: bool = False
    #: Whether it runs after all others.
    comes_last: bool = False


def _return_nothing() -> Any:
    return None


@dataclass(frozen=True)
class Widget:
    """A form for readers on the pages of the site, which the doctor renders, fills in and sends."""

    name: str
    title: Any
    #: Dotted path of the block.
    block: str
    #: The line that adds the block to a StreamField, with its import.
    line: str
    #: The names of the template tags that render it.
    tags: tuple[str, ...]
    #: The class of its element in the HTML.
    css_class: str
    #: The model, "app_label.Model", of which a form that was sent stores a row.
    stores: str
    #: Returns the value of a block to render where no page has one, None if there is nothing to
    #: show: no published survey, say.
    build_value: Callable[[], Any] = _return_nothing
    #: What to make where ``build_value`` returns None, a sentence.
    missing: Any = ""


def get_examinations() -> list[Examination]:
    """Return the examinations of all installed apps in their order, those of core first."""
    from cx_feedback.core.health.widget_trials import build_examination

    found = [one for module in _get_modules() for one in getattr(module, "EXAMINATIONS", ())]
    found += map(build_examination, get_widgets())
    return sorted(found, key=lambda one: one.comes_last)


def get_widgets() -> list[Widget]:
    """Return the widgets of all installed apps."""
    return [one for module in _get_modules() for one in getattr(module, "WIDGETS", ())]


def _get_modules() -> list[Any]:
    """Return the modules that the configurations of the installed apps name as ``health``."""
    paths = [getattr(config, "health", "") for config in apps.get_app_configs()]
    return [import_module(path) for path in paths if path]
