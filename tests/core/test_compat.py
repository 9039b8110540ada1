"""Private names of the libraries that we stand on are used in one module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import QueryDict
from rest_framework.request import Request

import cx_feedback
from cx_feedback.core import compat

ROOT = Path(cx_feedback.__file__).parent
#: Names that Django documents in spite of their underscore, and those of named tuples.
DOCUMENTED = {"_meta", "_state", "_default_manager", "_base_manager", "_replace", "_asdict"}
#: The beginning of attributes that we keep on objects of others.
OURS = "_cx_"
#: Functions that take the name of an attribute.
BY_NAME = ("getattr", "setattr", "hasattr", "delattr")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def defined_in(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that a module of ours defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) in ("self", "cls")
        ):
            yield node.attr


def used_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the private names that a module reads or writes on objects, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("cx_"):
            yield from ((node.lineno, n.name) for n in node.names if is_private(n.name))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in BY_NAME:
            name = getattr(node.args[1], "value", "") if len(node.args) > 1 else ""
            if is_private(str(name)):
                yield node.lineno, str(name)


@pytest.mark.slow  # reads all files of the package, whatever the versions are
def test_private_names_of_others_stand_in_one_module():
    trees = {path: ast.parse(path.read_text()) for path in ROOT.rglob("*.py")}
    known = {name for tree in trees.values() for name in defined_in(tree)} | DOCUMENTED
    found = {
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path, tree in trees.items()
        for line, name in used_in(tree)
        if name not in known and not name.startswith(OURS)
    }
    elsewhere = {one for one in found if not one.startswith("core/compat.py:")}
    assert elsewhere == set()
    assert {one.rpartition(" ")[2] for one in found} == {
        "_mutable", "_request", "_set_locale_query_param",
    }  # fmt: skip


def test_each_of_them_says_in_which_versions_it_was_read():
    for node in ast.parse(Path(compat.__file__).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            said = ast.get_docstring(node) or ""
            assert any(f" in {name} " in said for name in ("Django", "REST framework", "Wagtail"))
            assert any(character.isdigit() for character in said), node.name


def test_what_they_do(rf):
    request = rf.get("/")
    assert compat.get_django_request(Request(request)) is request
    values = QueryDict("a=1", mutable=True)
    compat.freeze_query(values)
    try:
        values["a"] = "2"
    except AttributeError:
        return
    raise AssertionError("still mutable")
