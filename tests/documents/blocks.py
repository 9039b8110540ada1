"""The fenced blocks of the documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.messages import ROOT

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^( *)(`{3,}|:{3,})([^\n`]*)\n(.*?)^\1\2 *$", re.M | re.S)
CODE_BLOCK = re.compile(r"\{code-block\} +(\S+)")
SHOWN_BY = re.compile(r"<!-- shown by (\S+) -->\s*\Z")
#: ``# mysite/urls.py``, ``{# home/templates/home.html #}``: the file that a block belongs to.
FILE = re.compile(r"\A(?:#|\{#|//|/\*|<!--) ?([\w./-]+\.\w+)\b")
COMMAND = re.compile(r"(?<!`)`((?:python )?manage\.py (cx_\w+)[^`\n]*)`")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it is, its language and its code."""

    path: Path
    line: int
    language: str
    code: str
    shown_by: str = ""

    @property
    def file(self) -> str:
        """Return the file that its first line names, or ""."""
        found = FILE.match(self.code)
        return found[1] if found else ""

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def find_blocks(path: Path, text: str | None = None) -> list[Block]:
    """Return the fenced blocks of a page, in their order."""
    return list(_iter_blocks(path, path.read_text(encoding="utf-8") if text is None else text))


def _iter_blocks(path: Path, text: str) -> Iterator[Block]:
    for fence in FENCE.finditer(text):
        language, code = fence[3].strip(), dedent(fence[4])
        if named := CODE_BLOCK.match(language):
            language = named[1]
            code = re.sub(r"\A(:[\w-]+:.*\n)+\n?", "", code)
        shown_by = SHOWN_BY.search(text[: fence.start()])
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(path, line, language, code, shown_by[1] if shown_by else "")


def find_commands(path: Path) -> list[tuple[str, str]]:
    """Return the commands of ours that a page names within its sentences, and what follows."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [(found[2], found[1]) for found in COMMAND.finditer(text)]
