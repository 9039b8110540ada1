"""Mutants of the target modules, by the operators of Cosmic Ray, and a seeded sample of them."""

import ast
import difflib
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutation.targets import PACKAGE, TARGETS

#: These change names and imports at random: nearly all of their mutants cannot run.
LEFT_OUT = ("core/VariableReplacer", "core/VariableInserter")


@dataclass(frozen=True)
class Mutant:
    """One change of a module, of the length of an expression."""

    module: str
    operator: str
    occurrence: int

    @property
    def path(self) -> Path:
        return PACKAGE / self.module

    def get_code(self, root: Path) -> str:
        """Return the mutated module."""
        code = (root / self.path).read_text()
        mutated = mutate_code(code, get_operator(self.operator)(), self.occurrence)
        if mutated is None:
            raise LookupError(f"{self} changes nothing.")
        return str(mutated)

    def is_code(self, root: Path) -> bool:
        """Return whether the mutant can be compiled: the star of "*, name" may become a plus."""
        try:
            compile(self.get_code(root), str(self.path), "exec")
        except SyntaxError:
            return False
        return True

    def get_line(self, root: Path) -> int:
        """Return the number of the first line that changes."""
        before = (root / self.path).read_text().splitlines()
        after = self.get_code(root).splitlines()
        changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        return next(begin + 1 for kind, begin, *_others in changes if kind != "equal")

    def describe(self, root: Path) -> str:
        """Return the changed lines: "module: before -> after"."""
        before = (root / self.path).read_text().splitlines()
        changed = difflib.unified_diff(before, self.get_code(root).splitlines(), lineterm="", n=0)
        lines = [line for line in changed if not line.startswith(("---", "+++", "@@"))]
        olds = " ".join(line[1:].strip() for line in lines if line[0] == "-")
        news = " ".join(line[1:].strip() for line in lines if line[0] == "+")
        return f"{self.module}: {olds} -> {news}"


def list_mutants(root: Path, module: str) -> dict[tuple[object, str], list[Mutant]]:
    """Return the mutants of ``module`` by place and kind of operator.

    One place has up to eleven mutants of one kind (``+`` may become ``-``, ``*`` and so on); the
    sample takes one of them, so that long sums do not crowd out the rest.
    """
    code = (root / PACKAGE / module).read_text()
    hints = _find_annotations(code)
    found: dict[tuple[object, str], list[Mutant]] = defaultdict(list)
    nodes = list(_walk(get_ast(code)))
    for name in sorted(set(operator_names()) - set(LEFT_OUT)):
        operator = get_operator(name)()
        count = 0
        for node in nodes:
            for start, _end in operator.mutation_positions(node):
                if not any(begin <= start <= end for begin, end in hints):
                    kind = name.partition("_")[0]
                    found[start, kind].append(Mutant(module, name, count))
                count += 1
    return found


def _walk(node: object) -> Iterator[object]:
    """Yield the nodes of a parso tree in the order of ``mutate_code``."""
    yield node
    for child in getattr(node, "children", ()):
        yield from _walk(child)


def _find_annotations(code: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the spans of type annotations: their mutants change nothing or cannot be imported."""
    spans = []
    for node in ast.walk(ast.parse(code)):
        for name in ("annotation", "returns"):
            hint = getattr(node, name, None)
            if isinstance(hint, ast.expr):
                end = (hint.end_lineno or 0, hint.end_col_offset or 0)
                spans.append(((hint.lineno, hint.col_offset), end))
    return spans


def sample_mutants(root: Path, number: int, seed: int) -> list[Mutant]:
    """Return ``number`` mutants, in the order of their modules; the same for the same seed."""
    chance = random.Random(seed)
    places = [
        chance.choice(mutants)
        for module in TARGETS
        for _place, mutants in sorted(list_mutants(root, module).items(), key=str)
    ]
    drawn = islice((m for m in chance.sample(places, len(places)) if m.is_code(root)), number)
    order = list(TARGETS)
    return sorted(drawn, key=lambda m: (order.index(m.module), m.operator, m.occurrence))
