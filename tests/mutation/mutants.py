"""Mutants of the target modules, by the operators of Cosmic Ray, and a seeded sample of them."""

import ast
import difflib
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutation.targets import PACKAGE, TARGETS

#: These change names and imports at random: nearly all of their mutants cannot run.
LEFT_OUT = ("core/VariableReplacer", "core/VariableInserter")

#: The line and column where a mutant begins, and the kind of its operator.
Place = tuple[tuple[int, int], str]


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


def list_mutants(root: Path, module: str) -> dict[Place, list[Mutant]]:
    """Return the mutants of ``module`` by place and kind of operator.

    One place has up to eleven mutants of one kind (``+`` may become ``-``, ``*`` and so on); the
    sample takes one of them, so that long sums do not crowd out the rest.
    """
    code = (root / PACKAGE / module).read_text()
    hints = _find_annotations(code)
    found: dict[Place, list[Mutant]] = defaultdict(list)
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


def draw_mutants(root: Path, share: float, seed: int) -> list[Mutant]:
    """Return one mutant of each of a ``share`` of the places; the same for the same seed.

    Hashes of the lines choose, not their numbers: a change draws other mutants in the lines that it
    changes, and nowhere else.
    """
    drawn = []
    for module in TARGETS:
        lines = (root / PACKAGE / module).read_text().splitlines()
        alike: Counter[str] = Counter()
        for (start, kind), mutants in sorted(list_mutants(root, module).items()):
            number, column = start
            line = lines[number - 1]
            indent = len(line) - len(line.lstrip())
            place = f"{seed} {module} {kind} {column - indent} {line.strip()}"
            # Places that read alike are told apart by their order.
            alike[place] += 1
            if _get_chance(f"{place} {alike[place]}") < share:
                which = _get_chance(f"{place} {alike[place]} which") * len(mutants)
                drawn.append(mutants[int(which)])
    return [mutant for mutant in drawn if mutant.is_code(root)]


def _get_chance(text: str) -> float:
    """Return a number from 0 to 1 that depends on ``text`` alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64
