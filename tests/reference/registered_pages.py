"""Pages about what Django, Wagtail and DRF have registered: blocks, commands, permissions, REST."""

import argparse
import inspect
import json
import re
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.test import Client
from django.urls import resolve
from wagtail import blocks

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.core.permissions import get_token_scopes
from tests.reference.markdown import (
    PACKAGE,
    build_page,
    build_table,
    escape,
    first_sentence,
    list_modules,
)

SCHEMA = "/feedback/api/v1/schema/"


def build_blocks() -> str:
    parts = []
    for path in list_modules("*/blocks.py", "*/*/blocks.py"):
        name = ".".join(["cx_feedback", *path.relative_to(PACKAGE).with_suffix("").parts])
        for block in vars(import_module(name)).values():
            if is_public_block(block, name):
                parts.append(_describe_block(block, name))
    return build_page(
        "StreamField blocks",
        "Each renders the same HTML for every reader. In Wagtail's API a block has its fields and"
        " `content`, what a front end needs to show it.",
        parts,
    )


def is_public_block(block: Any, module: str) -> bool:
    return (
        inspect.isclass(block)
        and issubclass(block, FeedbackBlock)
        and block is not FeedbackBlock
        and block.__module__ == module
    )


def _describe_block(block: type[FeedbackBlock], module: str) -> str:
    rows = [
        (f"`{name}`", type(child).__name__, _describe_child(child))
        for name, child in block.base_blocks.items()
    ]
    table = build_table(("field", "type", "what it is"), rows) if rows else "It has no fields."
    template = block._meta_class.template
    doc = inspect.cleandoc(block.__doc__ or "").partition("\n\n")[0]
    lines = [f"## `{module}.{block.__name__}`", doc, f"Template: `{template}`.", table]
    return "\n\n".join(lines)


def _describe_child(child: blocks.Block) -> str:
    label = str(child.label)
    help_text = getattr(child.meta, "help_text", "") or getattr(child.field, "help_text", "")
    return f"{label}. {help_text}" if help_text else label


def build_commands() -> str:
    named = [name for name, app in get_commands().items() if str(app).startswith("cx_feedback")]
    return build_page(
        "Management commands",
        "Each explains itself by `--help` and can be run again after a crash.",
        [_describe_command(name) for name in sorted(named)],
    )


def _describe_command(name: str) -> str:
    command = load_command_class(get_commands()[name], name)
    common = {action.dest for action in _list_actions(_Plain().create_parser("", ""))}
    rows, usage = [], [f"manage.py {name}"]
    for action in _list_actions(command.create_parser("manage.py", name)):
        if action.dest in common:
            continue
        shown = _show_action(action)
        rows.append((f"`{shown}`", escape(_expand(action))))
        if not action.option_strings or action.required:
            usage.append(shown.partition(", ")[0])
    parts = [f"## `{name}`", escape(str(command.help)), f"`{' '.join(usage)}`"]
    if rows:
        parts.append(build_table(("argument", "what it is"), rows))
    return "\n\n".join(parts)


class _Plain(BaseCommand):
    """A command without arguments of its own."""


def _list_actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions


def _show_action(action: argparse.Action) -> str:
    takes = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
    if action.choices and not action.metavar:
        takes = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        return str(takes or action.dest)
    return " ".join([", ".join(action.option_strings), str(takes)]).strip()


def _expand(action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": "manage.py"}


def build_permissions() -> str:
    scopes = {scope.permission.name for scope in get_token_scopes()}
    rows = []
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if not config.name.startswith("cx_feedback."):
            continue
        for model in config.get_models():
            meta = model._meta
            standard = [
                (get_permission_codename(action, meta), f"Can {action} {meta.verbose_name}")
                for action in meta.default_permissions
            ]
            for codename, label in [*standard, *meta.permissions]:
                name = f"{config.label}.{codename}"
                rows.append((f"`{name}`", label, "yes" if name in scopes else ""))
    return build_page(
        "Permissions",
        "A group has them under Settings, Groups; `manage.py cx_groups` makes two groups to begin"
        " with. A token of a program has those that are scopes.",
        [build_table(("permission", "what it allows", "scope"), rows)],
    )


def build_rest() -> str:
    schema = json.loads(Client(HTTP_HOST="localhost").get(f"{SCHEMA}?format=json").content)
    parts, seen = [], ""
    for path, operations in schema["paths"].items():
        room = path.removeprefix("/feedback/api/v1/").partition("/")[0]
        if room != seen:
            parts.append(f"## {room}")
            seen = room
        parts += [_describe_operation(schema, path, *found) for found in operations.items()]
    return build_page(
        "REST endpoints",
        "The OpenAPI document at `feedback/api/v1/schema/` has all shapes, headers, refusals and"
        " examples; [REST](rest.md) says how programs use it. A required field is in bold.",
        parts,
    )


def _describe_operation(schema: Any, path: str, method: str, operation: Any) -> str:
    lines = [f"### `{method.upper()} {path.removeprefix('/feedback/api/v1/')}`"]
    lines.append(first_sentence(operation.get("description", "")) or operation["operationId"])
    scopes = find_scopes(path, method)
    lines.append(f"Permission or scope: {', '.join(f'`{name}`' for name in scopes) or 'none'}.")
    query = [
        f"**`{found['name']}`**" if found.get("required") else f"`{found['name']}`"
        for found in operation.get("parameters", ())
        if found.get("in") == "query"
    ]
    if query:
        lines.append(f"Parameters: {', '.join(query)}.")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if fields := _list_fields(schema, body.get("schema", {})):
        lines.append(f"Body: {fields}.")
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json", {})
        if status.startswith("2"):
            fields = _list_fields(schema, content.get("schema", {}))
            lines.append(f"Answer {status}{': ' + fields if fields else ''}.")
    return "\n\n".join(lines)


def _list_fields(schema: Any, shape: Any) -> str:
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    required = shape.get("required", ())
    return ", ".join(
        f"**`{name}`**" if name in required else f"`{name}`" for name in shape.get("properties", ())
    )


def find_scopes(path: str, method: str) -> list[str]:
    """Return the permissions that an operation asks for, none if it is open."""
    for value in ("1", str(UUID(int=1))):
        function: Any = resolve(re.sub(r"\{\w+\}", value, path)).func
        if cls := getattr(function, "cls", None) or getattr(function, "view_class", None):
            break
    else:
        raise LookupError(path)
    view = cls(**getattr(function, "initkwargs", {}))
    view.request = SimpleNamespace(method=method.upper())
    rule = view.get_required_permission() or getattr(view, "token_permission", None)
    return rule.get_permission_names() if rule else []
