"""The limits that keep the package easy to read: sizes, names of functions, docstrings."""

import ast
import re
from functools import cache
from pathlib import Path

import cx_feedback

ROOT = Path(cx_feedback.__file__).parent
#: Lines of a file and of a function, with its docstring; files at the top of a room.
LONGEST_FILE, LONGEST_FUNCTION, MOST_FILES = 350, 50, 15
#: The share of functions whose name is one word.
MOST_ONE_WORD_NAMES = 0.35
#: A docstring says what it describes first.
QUESTION = re.compile(r"(Who|What|How|Whether)\b")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTED = (*FUNCTIONS, ast.ClassDef, ast.Module)


@cache
def read_nodes():
    """Return all nodes of each file, which take longer to read than to look through."""
    return {
        path.relative_to(ROOT): [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
        for path in sorted(ROOT.rglob("*.py"))
        if "migrations" not in path.parts
    }


def iterate_nodes(*types):
    for path, nodes in read_nodes().items():
        for node in nodes:
            if isinstance(node, types):
                yield path, node


def test_the_package_is_read():
    assert len(read_nodes()) > 500
    assert sum(1 for _ in iterate_nodes(*FUNCTIONS)) > 3000


def test_no_file_is_too_long():
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in read_nodes()}
    lengths = {path: len(text.splitlines()) for path, text in texts.items()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    found = [
        f"{path}: {node.name}"
        for path, node in iterate_nodes(*FUNCTIONS)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert found == []


def test_names_say_what_is_done_to_what():
    names = [node.name for _path, node in iterate_nodes(*FUNCTIONS)]
    short = [name for name in names if not name.startswith("__") and "_" not in name.strip("_")]
    assert len(short) / len(names) < MOST_ONE_WORD_NAMES


def test_docstrings_begin_with_their_subject():
    found = [
        f"{path}: {text.splitlines()[0]}"
        for path, node in iterate_nodes(*DOCUMENTED)
        if QUESTION.match(text := ast.get_docstring(node) or "")
    ]
    assert found == []


def test_the_top_of_a_room_is_seen_at_a_glance():
    rooms = [path for path in ROOT.iterdir() if (path / "apps.py").exists()]
    counts = {room.name: len(list(room.glob("*.py"))) for room in rooms}
    assert len(counts) >= 8
    assert {name: n for name, n in counts.items() if n > MOST_FILES} == {}
