"""The page of public bug reports: what other programs' users suffered, and the tests of it here."""

import ast
import re

from tests.messages import ROOT
from tests.reference.markdown import build_page, build_table, parse_module, quote_code

FOLDER = ROOT / "tests/reports"


def build_reports() -> str:
    """Return the page; each module of ``tests/reports`` begins with its report."""
    rows = []
    for path in sorted(FOLDER.glob("test_*.py")):
        module = parse_module(path)
        head, _, rest = (ast.get_docstring(module) or "").partition("\n\n")
        report, _, suffered = head.partition(": ")
        assert re.fullmatch(r"[\w-]+#\d+(,? (and )?[\w-]*#\d+)*", report), path
        tests = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
        names = ", ".join(f"`{name}`" for name in tests if name.startswith("test_"))
        assert names, path
        test = f"`{path.relative_to(ROOT).as_posix()}`: {names}"
        rows.append((report, _capitalize(quote_code(suffered)), quote_code(rest), test))
    return build_page(
        "Bug reports of others",
        "Public reports about other programs of this trade, and about Wagtail itself. The report"
        " names who has or had the fault. Each was tried on this package, which had it too; now it"
        " has the tests.",
        [build_table(("report", "what its users had", "there and here", "tests"), rows)],
    )


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
