"""Further kinds of ``public_names``: what takes arguments, has fields or is subclassed."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from django.db.models import Model
from django.utils.module_loading import import_string

from tests.documents.blocks import find_blocks
from tests.messages import ROOT

PACKAGE = ROOT / "cx_feedback"
#: What sites subclass or name in settings, beside what the guides of ``docs/extending`` import.
EXTENDED = {
    *("cx_feedback.rooms", "cx_feedback.comments.imports.page_mapping.PostMapping"),
    "cx_feedback.mail.backends.smtp.EmailBackend",
    *(
        f"cx_feedback.comments.spam.{name}"
        for name in ("AuthorRecord", "SpamFinding", "Submission")
    ),
}
#: Functions that write into the activity ledger.
RECORDS = re.compile(r"record_(act|acts_about|activity|events)")
HEAD_NAME = re.compile(r"^(\w+(?:, \w+)*) {2,}\S", re.M)
MEMBER = re.compile(r"^  (?:readonly )?(\w+)[?:(]", re.M)


def _nodes(kind: type[ast.AST]) -> Iterator[Any]:
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, kind))


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def rooms() -> Iterator[str]:
    import cx_feedback

    yield from cx_feedback.ROOMS


def setting_keys() -> Iterator[str]:
    """Iterate over the keys within settings that are dictionaries."""
    from cx_feedback.core.settings.settings_list import SETTINGS

    for setting in SETTINGS:
        if isinstance(setting.default, dict):
            yield from (f"{setting.name}.{key}" for key in setting.default)


def block_fields() -> Iterator[str]:
    """Iterate over the blocks that sites put into pages, with their fields."""
    from tests.reference.markdown import list_modules
    from tests.reference.registered_pages import is_public_block

    for path in list_modules("*/blocks.py", "*/*/blocks.py"):
        name = ".".join(["cx_feedback", *path.relative_to(PACKAGE).with_suffix("").parts])
        for block in vars(import_module(name)).values():
            if is_public_block(block, name):
                yield f"{name}.{block.__name__}"
                yield from (f"{name}.{block.__name__}.{field}" for field in block.base_blocks)


def stored_blocks() -> Iterator[str]:
    """Iterate over the blocks in fields of our own models: questions, quotas, issues."""
    from tests.public_names import list_models

    for model in list_models():
        for field in model._meta.local_concrete_fields:
            if hasattr(field, "stream_block"):
                yield from _walk_block(field.stream_block, f"{model._meta.label}.{field.name}")


def _walk_block(block: Any, path: str) -> Iterator[str]:
    from wagtail import blocks

    if isinstance(block, blocks.ListBlock):
        yield from _walk_block(block.child_block, path)
    elif isinstance(block, blocks.StructBlock | blocks.StreamBlock):
        for name, child in block.child_blocks.items():
            yield f"{path}.{name}"
            yield from _walk_block(child, f"{path}.{name}")


def signal_arguments() -> Iterator[str]:
    """Iterate over the arguments of signals, as our code sends them."""
    from tests.public_names import signals

    known = set(signals())
    for call in _nodes(ast.Call):
        name = _last_name(call.func)
        sent = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name == "collect_answers" and call.args:
            sent = call.args[0]
        elif name not in ("send", "send_robust"):
            continue
        if sent is not None and _last_name(sent) in known:
            yield from (f"{_last_name(sent)} {word.arg}" for word in call.keywords if word.arg)


def activity_kinds() -> Iterator[str]:
    """Iterate over the kinds of the activity ledger."""
    from cx_feedback.newsletter.rules import hold_back
    from cx_feedback.surveys.models import Survey
    from cx_feedback.surveys.services.response_storage import _get_activity_kind

    yield hold_back.ACTIVITY_KIND
    yield from (_get_activity_kind(kind) for kind in (Survey.SURVEY, Survey.NPS))
    for call in _nodes(ast.Call):
        if RECORDS.fullmatch(_last_name(call.func)):
            for word in call.keywords:
                if word.arg == "kind" and isinstance(word.value, ast.Constant):
                    yield word.value.value


def webhook_events() -> Iterator[str]:
    from cx_feedback.webhooks.events.event_types import EVENT_TYPES

    for event in EVENT_TYPES.values():
        yield event.name
        yield from (f"{event.name} {field.name}" for field in dataclasses.fields(event.payload))


def extension_points() -> Iterator[str]:
    """Iterate over what sites subclass or make, with its attributes and methods."""
    for dotted in sorted(EXTENDED | set(_imported_by_guides())):
        yield dotted
        value: Any = import_string(dotted)
        if inspect.isfunction(value):
            yield f"{dotted}{_parameters(value)}"
        elif inspect.isclass(value) and not issubclass(value, Model):
            yield from (f"{dotted}.{member}" for member in _members(value))


def _imported_by_guides() -> Iterator[str]:
    """Iterate over the names that the guides import, and all that their modules export."""
    for path in sorted(ROOT.glob("docs/extending/*.md")):
        for block in find_blocks(path):
            tree = ast.parse(block.code) if block.language == "python" else ast.Module([])
            for node in ast.walk(tree):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                if isinstance(node, ast.ImportFrom) and str(module).startswith("cx_feedback."):
                    exported = getattr(import_module(str(module)), "__all__", ())
                    names = {one.name for one in node.names}
                    yield from (f"{module}.{name}" for name in names | _own(module, exported))


def _own(module: str | None, exported: Iterable[str]) -> set[str]:
    """Return what the base module of question types exports: a type is made of these."""
    return set(exported) if str(module).endswith(".base") else set()


def _members(cls: type) -> Iterator[str]:
    own = [base for base in cls.__mro__ if base.__module__.startswith("cx_feedback")]
    for base in own:
        for name, value in vars(base).items():
            if name.startswith("_"):
                continue
            function = getattr(value, "__func__", value)
            yield f"{name}{_parameters(function)}" if inspect.isfunction(function) else name
        yield from (name for name in vars(base).get("__annotations__", ()) if name[0] != "_")


def _parameters(function: Any) -> str:
    named = inspect.signature(function).parameters.values()
    return f"({', '.join(str(p).partition(':')[0].partition('=')[0] for p in named)})"


def template_context() -> Iterator[str]:
    """Iterate over the names that the heads of public templates promise."""
    from tests.test_template_heads import head_of, public_templates

    for path in public_templates():
        template = path.as_posix().partition("/templates/")[2]
        for names in HEAD_NAME.findall(head_of(path)):
            yield from (f"{template} {name}" for name in names.split(", "))


def script_hooks() -> Iterator[str]:
    """Iterate over what scripts look for in templates, and the events that they send."""
    for path in sorted(PACKAGE.glob("*/static/**/*.js")):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"data-cx-[a-z-]*[a-z]", text)
        yield from re.findall(r"[\"'](cx:[\w-]+)[\"']", text)


def client_members() -> Iterator[str]:
    """Iterate over the exported types of the JavaScript client, with their members."""
    text = next(PACKAGE.glob("core/static/**/client.d.ts")).read_text(encoding="utf-8")
    for part in re.split(r"^export ", text, flags=re.M)[1:]:
        name = re.match(r"(?:declare )?(?:class|interface|type|function|const) (\w+)", part)
        assert name, part
        yield name[1]
        yield from (f"{name[1]}.{member}" for member in MEMBER.findall(part))


def rest_parameters() -> Iterator[str]:
    """Iterate over the parameters and request headers of the REST API."""
    from django.test import Client

    schema = Client().get("/feedback/api/v1/schema/", {"format": "json"}).json()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for found in operation.get("parameters", ()):
                while "$ref" in found:
                    found = schema["components"]["parameters"][found["$ref"].rpartition("/")[2]]
                yield f"{method.upper()} {path} {found['in']} {found['name']}"


def problem_codes() -> Iterator[str]:
    """Iterate over the codes of refusals, of ``core.errors`` and of the rooms."""
    for cls in _nodes(ast.ClassDef):
        for line in cls.body:
            named = (
                line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            )
            value = getattr(line, "value", None)
            if isinstance(value, ast.Constant) and any(
                getattr(n, "id", "") == "code" for n in named
            ):
                yield from filter(None, [value.value])


def cookies() -> Iterator[str]:
    """Iterate over the names of our cookies, as they are by default."""
    from cx_feedback.core import conf
    from cx_feedback.readers.identity.reader_cookie import FORGET_COOKIE

    yield from (conf.get("COOKIE_NAME"), FORGET_COOKIE)


def migration_imports() -> Iterator[str]:
    """Iterate over the functions and classes that migrations name: they stay where they are."""
    for path in PACKAGE.glob("*/migrations/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                name = ast.unparse(node)
                if re.fullmatch(r"cx_feedback\.[\w.]+", name) and not _is_module(name):
                    yield name
            elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("cx_feedback."):
                yield from (f"{node.module}.{one.name}" for one in node.names)


def _is_module(dotted: str) -> bool:
    path = ROOT / dotted.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").exists()


FURTHER_KINDS = [
    rooms,
    setting_keys,
    block_fields,
    stored_blocks,
    signal_arguments,
    activity_kinds,
    webhook_events,
    extension_points,
    template_context,
    script_hooks,
    client_members,
    rest_parameters,
    problem_codes,
    cookies,
    migration_imports,
]
