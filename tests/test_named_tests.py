"""Tests that documents name exist, so that a claim and its proof are not parted."""

import ast
import re
from functools import cache

import pytest

from tests.messages import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): found
    for path in sorted(ROOT.glob("docs/**/*.md"))
    if (found := NAMED.findall(path.read_text(encoding="utf-8")))
}


@cache
def get_tests(path: str) -> set[str]:
    """Return the names of the tests of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_tests_exist(document):
    assert [name for path, name in DOCUMENTS[document] if name not in get_tests(path)] == []
