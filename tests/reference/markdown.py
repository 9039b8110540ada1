"""Pieces of Markdown."""

import ast
import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.messages import ROOT

PACKAGE = ROOT / "cx_feedback"
HEADER = "<!-- Written by python -m tests.reference. -->\n"
PAGE_OF_DOCS = re.compile(r"(?<![\w/`])docs/(?:reference/)?([\w/-]+\.md)")


def build_page(title: str, intro: str, parts: Iterable[str]) -> str:
    """Return a page with a title, a paragraph and its parts."""
    return "\n\n".join([f"# {title}", HEADER.strip(), intro, *parts]) + "\n"


def build_table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return a table; bars and line breaks in cells are kept from ending them."""
    lines = [_join_cells(head), "|" + "---|" * len(list(head))]
    return "\n".join([*lines, *(_join_cells(row) for row in rows)])


def _join_cells(cells: Iterable[Any]) -> str:
    texts = (re.sub(r"\s+", " ", str(cell)).replace("|", "\\|").strip() for cell in cells)
    return f"| {' | '.join(texts)} |"


def link_pages(text: str) -> str:
    """Return a text in which names of documents are links from a page of the reference."""

    def link(found: re.Match[str]) -> str:
        inside = "/reference/" in found[0]
        path = found[1] if inside else f"../{found[1]}"
        return f"[{Path(found[1]).name}]({path})"

    return PAGE_OF_DOCS.sub(link, text)


def first_sentence(doc: str | None) -> str:
    """Return the first sentence of a docstring, with code in Markdown's quotes."""
    text = inspect.cleandoc(doc or "").partition("\n\n")[0]
    return quote_code(re.split(r"(?<=[.!?])\s", text.replace("\n", " "))[0])


def quote_code(text: str) -> str:
    """Return reStructuredText with double backquotes as Markdown."""
    return text.replace("``", "`")


def escape(text: str) -> str:
    """Return words in which nothing is markup."""
    return re.sub(r"([\\*_<>\[\]])", r"\\\1", text)


def list_modules(*globs: str) -> list[Path]:
    """Return the modules of the package that match, in a fixed order."""
    return sorted({path for glob in globs for path in PACKAGE.glob(glob)})


def parse_module(path: Path) -> ast.Module:
    """Return the tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """Return the room of a file of the package."""
    return path.relative_to(PACKAGE).parts[0]
