"""Pages about what stands in the code: settings, signals, system checks, tasks, tags, templates."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from celery import current_app
from django.template.library import Library

from cx_feedback.core.health.system_checks import REMEDIES
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.core.settings.settings_list import SETTINGS
from tests.reference.markdown import (
    PACKAGE,
    build_page,
    build_table,
    first_sentence,
    link_pages,
    list_modules,
    parse_module,
    quote_code,
    room_of,
)
from tests.test_template_heads import head_of, public_templates


def build_settings() -> str:
    rows = [(f"`{s.name}`", f"`{s.default!r}`", link_pages(s.doc)) for s in SETTINGS]
    return build_page(
        "Settings",
        "All settings are keys of the `CX_FEEDBACK` dictionary. System checks (`cx_feedback.E001`,"
        " `E002`, `W001`) say what is wrong with a value, or unknown.",
        [build_table(("key", "default", "what it is"), rows)],
    )


def build_signals() -> str:
    path = PACKAGE / "core/signals.py"
    module = import_module("cx_feedback.core.signals")
    doc, text = inspect.cleandoc(module.__doc__ or ""), path.read_text(encoding="utf-8")
    found = re.findall(r"((?:^#: .*\n)+)^(\w+) = Signal\(\)", text, re.M)
    parts = [f"## `{name}`\n\n{quote_code(_join_comment(words))}" for words, name in found]
    intro = "Rooms and a site's own code connect to them: `from cx_feedback.core import signals`."
    return build_page("Signals", f"{intro} {quote_code(doc.partition(chr(10) * 2)[2])}", parts)


def _join_comment(lines: str) -> str:
    return " ".join(line.removeprefix("#:").strip() for line in lines.splitlines())


def build_checks() -> str:
    rows = []
    for check_id, message, hint in sorted(_iter_checks()):
        remedy = REMEDIES.get(check_id)
        line = f"`{remedy.line}`" if remedy and remedy.line and "\n" not in remedy.line else ""
        rows.append((f"`{check_id}`", message, link_pages(hint), line))
    return build_page(
        "System checks",
        "`python manage.py check` runs them; what you know and accept is left out by"
        " `SILENCED_SYSTEM_CHECKS`. [The doctor](doctor.md) runs them too, and looks at the site"
        " itself.",
        [build_table(("check", "what it says", "hint", "line to paste"), rows)],
    )


def _iter_checks() -> Iterator[tuple[str, str, str]]:
    """Yield id, message and hint of each check, as far as they are not computed."""
    for path in list_modules("**/checks.py", "**/path_checks.py"):
        for call in ast.walk(parse_module(path)):
            if not isinstance(call, ast.Call):
                continue
            named = {word.arg: word.value for word in call.keywords}
            given = named.get("id") or named.get("check_id")
            if isinstance(given, ast.Constant) and str(given.value).startswith("cx_feedback."):
                message = _read_text(call.args[0])
                if "check_id" in named:
                    message = f"{message} names what can't be used."
                elif message == "…":
                    message = "The words of the error."
                yield str(given.value), message, _read_text(named.get("hint"))


def _read_text(node: ast.AST | None) -> str:
    """Return a string of the source; *…* stands for what is computed."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_read_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        name = ast.unparse(node.value)
        return f"*{name}*" if name.isidentifier() else "…"
    if isinstance(node, ast.BinOp):
        return _read_text(node.left) + _read_text(node.right)
    return "" if node is None else "…"


def build_tasks() -> str:
    when: dict[str, list[str]] = {}
    for entry in beat_schedule().values():
        when.setdefault(entry["task"], []).append(_describe_schedule(entry["schedule"]))
    for path in list_modules("**/tasks.py", "**/tasks/*.py"):
        import_module(".".join(["cx_feedback", *path.relative_to(PACKAGE).with_suffix("").parts]))
    tasks = {name: task for name, task in current_app.tasks.items() if name.startswith("cx_")}
    assert when.keys() <= tasks.keys(), when.keys() - tasks.keys()
    rows = [
        (f"`{name}`", "; ".join(when.get(name, ["on demand"])), first_sentence(task.run.__doc__))
        for name, task in sorted(tasks.items())
    ]
    return build_page(
        "Tasks",
        "Celery runs them; without Celery `manage.py cx_work` runs those of the schedule"
        " (`cx_feedback.core.schedule.beat_schedule`). Any may run twice or never: rows say what is"
        " due.",
        [build_table(("task", "when", "what it does"), rows)],
    )


def _describe_schedule(schedule: Any) -> str:
    if isinstance(schedule, int | float):
        return f"every {schedule:g} s" if schedule < 120 else f"every {schedule / 60:g} min"
    fields = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    return f"cron `{' '.join(str(getattr(schedule, f'_orig_{field}')) for field in fields)}`"


def build_tags() -> str:
    parts = []
    for path in list_modules("*/templatetags/cx_*.py"):
        module = import_module(f"cx_feedback.{room_of(path)}.templatetags.{path.stem}")
        library: Library = module.register
        named = {**library.tags, **library.filters}
        rows = [
            (f"`{show_use(name, function, name in library.filters)}`", _doc_of(function))
            for name, function in sorted(named.items())
        ]
        head = f"## `{{% load {path.stem} %}}`"
        parts.append(f"{head}\n\n{build_table(('use', 'what it does'), rows)}")
    return build_page(
        "Template tags and filters",
        "Libraries of rooms that are not installed do not exist. Arguments in brackets have a"
        " default.",
        parts,
    )


def _doc_of(function: Any) -> str:
    return first_sentence(inspect.unwrap(function).__doc__ or function.__doc__)


def show_use(name: str, function: Any, is_filter: bool) -> str:
    parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())
    if is_filter:
        return f"{{{{ value|{name}{':' + parameters[1].name if len(parameters) > 1 else ''} }}}}"
    shown = [
        f"[{p.name}]" if p.default is not p.empty else p.name
        for p in parameters
        if p.name not in ("context", "parser", "token") and p.kind is not p.VAR_KEYWORD
    ]
    return " ".join(["{%", name, *shown, "%}"])


def build_templates() -> str:
    rooms: dict[str, list[str]] = {}
    for path in public_templates():
        name = path.as_posix().partition("/templates/")[2]
        text = f"### `{name}`\n\n```text\n{head_of(path)}\n```"
        rooms.setdefault(room_of(path), []).append(text)
    parts = [part for room, texts in sorted(rooms.items()) for part in [f"## {room}", *texts]]
    return build_page(
        "Templates and their context",
        "A site overrides them by a file of the same name in a directory of `TEMPLATES`"
        " ([how-to](../how-to/overriding-templates.md)). Each says in its head what it gets.",
        parts,
    )
