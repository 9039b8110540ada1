"""A pytest plugin that runs tests against many mutants, with Django and the tests loaded once.

Each mutant takes the place of its module in a fork. There the tests run that call the function in
which the mutant is, the quickest first, until one fails.
"""

import ast
import functools
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.mutants import Mutant

ROOT = Path(__file__).parent.parent.parent
#: The names of the environment: the mutants as JSON, and the file for what was found, a line each.
MUTANTS, FOUND = "CX_MUTANTS", "CX_MUTANTS_FOUND"
#: Seconds of processor time, more than all tests of a module take. An endless loop is noticed.
PATIENCE = 60
#: Of the tests: with fewer that pass without a mutant, something is wrong.
LEAST_SHARE = 0.9
#: Equal ones are one object: nobody can say who imported them from where.
SHARED = (int, float, str, type(None), ModuleType)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    mutants = [Mutant(**fields) for fields in json.loads(os.environ[MUTANTS])]
    runs = ForkedRuns(session, {str(ROOT / mutant.path) for mutant in mutants})
    with open(os.environ[FOUND], "w") as found:
        runs.run_unchanged()
        if len(runs.items) < LEAST_SHARE * runs.number:
            return True
        for mutant in mutants:
            found.write(f"{runs.find_failing_test(mutant)}\n")
            found.flush()
    return True


class ForkedRuns:
    """The tests of a session: first as they are, then in forks with a mutant."""

    def __init__(self, session: pytest.Session, paths: set[str]):
        self.session = session
        # Those that flush the database come last and would leave it empty for the forks.
        self.items = [item for item in session.items if not _flushes_database(item)]
        self.number = len(self.items)
        self.paths = paths
        self.running = self.items[0]
        #: The tests that call a function, given by its file and its first line.
        self.callers: dict[tuple[str, int], set[pytest.Item]] = defaultdict(set)
        self.seconds: dict[pytest.Item, float] = {}
        self.passed: dict[tuple[str, ...], bool] = {}

    def run_unchanged(self) -> None:
        """Run all tests with modules that note who calls them, and leave out those that fail.

        Modules are executed again here as in the forks: a few tests do not stand it.
        """
        for path in self.paths:
            tree = ast.parse(Path(path).read_text())
            note = functools.partial(self._note_call, path)
            _execute_again(path, _NoteCalls().visit(tree), note_call=note)
        for item, following in _pair_up(self.items):
            self.running = item
            begun = time.process_time()
            if not self._passes(item, following):
                self.items.remove(item)
            self.seconds[item] = time.process_time() - begun
        self.session.testsfailed = 0

    def _note_call(self, path: str, line: int) -> None:
        self.callers[path, line].add(self.running)

    def find_failing_test(self, mutant: Mutant) -> str:
        """Return the id of a test that fails with ``mutant``, or how the fork ended; else ""."""
        path = str(ROOT / mutant.path)
        first, last = _find_function(Path(path).read_text(), mutant.get_line(ROOT))
        callers = {
            item
            for (file, line), items in self.callers.items()
            if file == path and first <= line <= last
            for item in items
        }
        chosen = sorted((i for i in self.items if i in callers), key=self.seconds.__getitem__)
        while by := self._run_in_fork(path, mutant.get_code(ROOT), chosen):
            place = next((n for n, item in enumerate(chosen) if item.nodeid == by), None)
            if place is None or self._passes_unchanged(path, chosen[: place + 1]):
                break
            del chosen[place]
        return by

    def _run_in_fork(self, path: str, code: str, items: list[pytest.Item]) -> str:
        def run() -> str:
            _execute_again(path, code)
            failing = (item for item, then in _pair_up(items) if not self._passes(item, then))
            return next((item.nodeid for item in failing), "")

        return _fork(run).partition("\n")[0] if items else ""

    def _passes_unchanged(self, path: str, items: list[pytest.Item]) -> bool:
        """Return whether the tests pass in a fork without a mutant: some fail in any fork."""
        key = (path, *(item.nodeid for item in items))
        if key not in self.passed:
            self.passed[key] = not self._run_in_fork(path, Path(path).read_text(), items)
        return self.passed[key]

    def _passes(self, item: pytest.Item, following: pytest.Item) -> bool:
        before = self.session.testsfailed
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return self.session.testsfailed == before


def _flushes_database(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    return "transactional_db" in fixtures or bool(marker and marker.kwargs.get("transaction"))


def _pair_up(items: list[pytest.Item]) -> list[tuple[pytest.Item, pytest.Item]]:
    """Return each test with the next one. After the last comes the first: fixtures stay."""
    return list(zip(items, [*items[1:], *items[:1]], strict=True))


class _NoteCalls(ast.NodeTransformer):
    """Makes each function begin with ``note_call`` of its first line."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        call = ast.parse(f"note_call({_get_first_line(node)})").body
        node.body[:0] = [ast.fix_missing_locations(ast.copy_location(call[0], node.body[0]))]
        return node


def _get_first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _find_function(code: str, line: int) -> tuple[int, int]:
    """Return the first and last line of the function around ``line``, or else of the module."""
    found = (1, len(code.splitlines()))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            first = _get_first_line(node)
            last = node.end_lineno or first
            if first <= line <= last and first >= found[0]:
                found = (first, last)
    return found


def _execute_again(path: str, code: str | ast.Module, **names: object) -> None:
    """Execute ``code`` in the module of this path; what others imported from it becomes the new."""
    module = next(m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == path)
    before = dict(vars(module))
    vars(module).update(names)
    exec(compile(code, path, "exec"), vars(module))
    changed = {
        id(old): vars(module)[name]
        for name, old in before.items()
        if not name.startswith("__") and not isinstance(old, SHARED)
    }
    for name, other in list(sys.modules.items()):
        if name.startswith(("cx_feedback", "tests")):
            for key, value in list(vars(other).items()):
                if id(value) in changed:
                    setattr(other, key, changed[id(value)])


def _fork(job: Callable[[], str]) -> str:
    """Run ``job`` in a fork; return what it returns, or words for how it ended."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        try:
            said = job()
        except BaseException as error:
            said = repr(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    _pid, status = os.waitpid(pid, 0)
    return said or (f"ended with {status}" if status else "")
