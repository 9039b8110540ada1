"""Every regular expression of the package, and texts that would make one slow."""

import ast
import gc
import importlib
import pkgutil
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

# The parser of ``re`` says what a pattern consists of.
from re import _constants as codes
from re import _parser as parser
from typing import Any

from django.utils.functional import SimpleLazyObject

import cx_feedback

ROOT = Path(cx_feedback.__file__).parent
#: What ``re`` can do with a pattern that is written where it is used.
INLINE = {"match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer", "compile"}
ORDINARY = (
    "Last week we walked to the lake, and Ana said that it was colder than in May. “Why not go "
    "again?” she asked; nobody answered. See https://example.org/lake-walk?x=1, or www.lake.es: "
    "{{ name|reader }}, {list}.\n\n> A quote, **strong** and *so*.\n- an item\n"
    '<p class="cx">Words <a href="https://example.org/a/">of a link</a>, a&amp;b.</p> '
    "Escríbeme a ana@example.org, o al +34 600 123 456 (tardes). &lang=es\n"
)


def modules() -> Iterator[Any]:
    """Iterate over the modules of the package; migrations are run once, by who installs it."""
    for found in pkgutil.walk_packages([str(ROOT)], "cx_feedback."):
        if ".migrations" not in found.name:
            yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return every compiled pattern that a module or a class of the package holds, by name."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in modules():
        _gather(vars(module), module.__name__, found, set())
    return found


def _gather(holder: Any, name: str, found: dict[str, re.Pattern[Any]], seen: set[int]) -> None:
    """Add the patterns that ``holder`` holds: by itself, in collections, classes and validators."""
    for key, value in list(holder.items()):
        place = f"{name}.{key}"
        pattern = getattr(value, "regex", value)  # a RegexValidator's, compiled when first used
        if isinstance(pattern, SimpleLazyObject):
            pattern = re.compile(pattern.pattern, pattern.flags)
        if isinstance(pattern, re.Pattern):
            if pattern not in found.values():
                found[place] = pattern
        elif id(value) not in seen:
            seen.add(id(value))
            if inner := _inner(key, value):
                _gather(inner, place, found, seen)


def _inner(key: Any, value: Any) -> dict[Any, Any]:
    if isinstance(value, dict) and not str(key).startswith("__"):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return dict(enumerate(value))
    if isinstance(value, type) and value.__module__.startswith("cx_feedback."):
        return dict(vars(value))
    return {}


def inline_uses() -> dict[str, list[str]]:
    """Return where the package calls ``re`` within functions, by module and function."""
    found: dict[str, list[str]] = {}
    for path in ROOT.rglob("*.py"):
        name = "cx_feedback." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree, names = _parsed(path)
        for function in ast.walk(tree):
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _calls_re(node.func, names):
                    called = getattr(function, "name", "<lambda>")
                    found.setdefault(f"{name}.{called}", []).append(ast.unparse(node))
    return found


def outer_calls() -> list[str]:
    """Return the uses of ``re`` outside functions that keep no pattern which could be found."""
    found = []
    for path in ROOT.rglob("*.py"):
        tree, names = _parsed(path)
        for node in ast.walk(tree):
            calls = isinstance(node, ast.Call) and _calls_re(node.func, names)
            if calls and ast.unparse(node.func).rpartition(".")[2] != "compile":
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@cache
def _parsed(path: Path) -> tuple[ast.Module, set[str]]:
    """Return a module and its names for ``re``; an empty one where it has none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _names_of_re(tree)
    return (tree if names else ast.Module([], [])), names


def _names_of_re(tree: ast.AST) -> set[str]:
    """Return the names under which a module knows ``re`` and its functions."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name for a in node.names if a.name in ("re", "regex")}
        elif isinstance(node, ast.ImportFrom) and node.module in ("re", "regex"):
            names |= {a.asname or a.name for a in node.names}
    return names


def _calls_re(function: ast.expr, names: set[str]) -> bool:
    if isinstance(function, ast.Attribute):
        return (
            isinstance(function.value, ast.Name)
            and function.value.id in names
            and function.attr in INLINE
        )
    return isinstance(function, ast.Name) and function.id in names & INLINE


# texts


def slow_texts(pattern: re.Pattern[Any], size: int) -> Iterator[tuple[str, str]]:
    """Iterate over texts of ``size`` characters made to be slow for ``pattern``, each with a name.

    Of its own structure: the whole, each beginning of it and each repeat, again and again, with
    an end that fits nothing. And what is slow for many patterns.
    """
    yielded = set()
    for unit, end in [*_from_structure(pattern), *BATTERY]:
        if unit and (unit, end) not in yielded:
            yielded.add((unit, end))
            body = (unit * (size // len(unit) + 1))[: max(0, size - len(end))]
            yield f"{unit[:24]!r}…{end!r}", body + end


#: Units to repeat, with how the text ends.
BATTERY: list[tuple[str, str]] = [
    *((c, end) for c in "a1 \n\t-_.<>{}[]()\"'`*&;@/\\" for end in ("", "\x00!")),
    *((c, end) for c in "\u0301\u00df\ufdfa\u200b\U0001f600" for end in ("", "\x00!")),
    *((unit, "\x00") for unit in (
        "a-", "a.", "a ", "a_", "a@", "a@a.", "1-", "1.", "1 ", "+1", "+12 ", "-a", "..a",
        "<a", "<a ", "<a href=", '<a href="', "<a href=\"<", "</", "<!--", "<p><", "<b><i></b>",
        "[a](", "[a](http://a", "](", "[[", "((", "))", "{a", "{a|", "{{ ", "{{a|", "}{",
        "`a", "``", "```\n", "\n```", "**a", "*a*_", "_a_", "> ", ">\n", "- ", "1. ", "\n \n ",
        "http://", "https://a", "http://a.", "www.", "www.a", "a.com", "a.com/", "dot ", "punto(",
        "whatsapp ", "telegram 1", "t.me 1 ", "&amp;", "&quot;", "&#x27;.", "&lt", "'\"", "\"'",
        "\u0301\u0327", "a\u0301\u0316", "\u2019a", "a\u2019", "\r\n", "\x02\x03", "\x021",
        "%00", "&lang=",
    )),
]  # fmt: skip


def _from_structure(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    source = pattern.pattern
    if isinstance(source, bytes):
        source = source.decode("latin-1")
    for branch in _branches(parser.parse(source, pattern.flags & ~re.LOCALE)):
        pieces = [_sample(node) for node in branch]
        whole = "".join(pieces)
        for end in ("", "\x00!"):
            yield whole, end
            yield whole[:-1], end
            yield whole[1:], end
        for i, node in enumerate(branch):
            head = "".join(pieces[:i])
            for body in _bodies(node):
                yield body, "\x00!"
                yield head + body, "\x00!"
                yield head + body * 40, "\x00!"
                yield body + "".join(pieces[i + 1 :])[:-1], "\x00!"
                # One beginning, then its repeat to the end.
                yield body, ""


def _branches(tree: Any) -> Iterator[list[Any]]:
    """Iterate over the ways through a pattern, of each alternation one at a time."""
    nodes = list(tree)
    for i, (code, argument) in enumerate(nodes):
        inner = None
        if code is codes.BRANCH:
            inner = argument[1]
        elif code is codes.SUBPATTERN:
            inner = [argument[3]]
        elif code is codes.ATOMIC_GROUP:
            inner = [argument]
        if inner is not None:
            for one in inner:
                for middle in _branches(one):
                    for rest in _branches(nodes[i + 1 :]):
                        yield [*nodes[:i], *middle, *rest]
            return
    yield nodes


_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


def _bodies(node: Any) -> Iterator[str]:
    code, argument = node
    if code in _REPEATS:
        for branch in _branches(argument[2]):
            yield "".join(_sample(inner) for inner in branch)
            for inner in branch:
                yield from _bodies(inner)


def _sample(node: Any) -> str:
    """Return a text that ``node`` fits."""
    code, argument = node
    if code in (codes.LITERAL,):
        return chr(argument)
    if code is codes.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _of_class(argument)
    if code in _REPEATS:
        low, _high, inner = argument
        branch = next(_branches(inner))
        return "".join(_sample(n) for n in branch) * max(1, min(low, 50))
    return ""  # an assertion, a reference back


def _of_class(items: Any) -> str:
    for text in ("a", "1", " ", "-", ".", "_", "+", "(", ",", "*", "é", "x", "[", "\u0301", "\x00"):
        if re.fullmatch(_class(items), text, re.DOTALL):
            return text
    code, argument = items[0]
    return chr(argument if code is codes.LITERAL else argument[0])


def _class(items: Any) -> str:
    named = {
        codes.CATEGORY_DIGIT: r"\d",
        codes.CATEGORY_NOT_DIGIT: r"\D",
        codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_WORD: r"\w",
        codes.CATEGORY_NOT_WORD: r"\W",
    }
    made = ""
    for code, argument in items:
        if code is codes.NEGATE:
            made += "^"
        elif code is codes.LITERAL:
            made += re.escape(chr(argument))
        elif code is codes.RANGE:
            made += f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
        else:
            made += named[argument]
    return f"[{made}]"


# time


def finding(pattern: re.Pattern[Any]) -> Callable[[Any], None]:
    """Return a function that finds ``pattern`` wherever it is in a text."""

    def find(text: Any) -> None:
        text = text.encode() if isinstance(pattern.pattern, bytes) else text
        deque(pattern.finditer(text), maxlen=0)

    return find


def fitting(pattern: re.Pattern[Any]) -> Callable[[Any], Any]:
    """Return a function that asks whether a whole text is of ``pattern``."""

    def fit(text: Any) -> Any:
        return pattern.fullmatch(text.encode() if isinstance(pattern.pattern, bytes) else text)

    return fit


def cost(
    function: Callable[[Any], Any], text: Any, *, runs: int = 3, enough: float = 0.0005
) -> float:
    """Return the processor time of this thread that ``function`` takes, the least of some runs.

    No more runs once one took at most ``enough``. Garbage is not collected meanwhile: that would
    count whatever all tests before left behind.
    """
    least = float("inf")
    collects = gc.isenabled()
    gc.disable()
    try:
        for _ in range(runs):
            start = time.thread_time()
            function(text)
            least = min(least, time.thread_time() - start)
            if least <= enough:
                break
    finally:
        if collects:
            gc.enable()
    return least


#: Times at most that what looks slow is measured again.
ROUNDS = 15


def least(
    function: Callable[[Any], Any], whole: Any, half: Any, *, below: float
) -> tuple[float, float]:
    """Return what both texts cost at least; tried until it looks right, ``ROUNDS`` times at most.

    Whatever else the machine did in between is not held against the function. What is slow
    beyond doubt, four times what is allowed after three rounds, is not tried further.
    """
    best = [float("inf"), float("inf")]
    for tried in range(1, ROUNDS + 1):
        for i, text in enumerate((whole, half)):
            best[i] = min(best[i], cost(function, text, runs=2))
        if best[0] <= below and best[0] <= 2.5 * best[1]:
            break
        if tried >= 3 and best[0] > 4 * below:
            break
    return best[0], best[1]


def ordinary_text(size: int) -> str:
    """Return what people write, in so many characters."""
    return (ORDINARY * (size // len(ORDINARY) + 1))[:size]
