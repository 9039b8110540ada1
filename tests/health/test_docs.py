"""``docs/reference/doctor.md`` lists all that the doctor can find; whether each has a test."""

import ast
import os
import re

from django.utils import translation

import cx_feedback
from cx_feedback.core.health import runner, system_checks
from cx_feedback.core.health.findings import DOCS_URL, DOCTOR_PAGE, Level
from cx_feedback.core.health.registry import get_examinations
from tests.messages import ROOT

PAGE = ROOT / "docs/reference/doctor.md"
BEGIN, END = "<!-- findings -->\n", "<!-- end of findings -->\n"
LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.UNKNOWN: "not known"}
CHECK_ID = re.compile(r"cx_feedback\.[EW]\d{3}")


def get_problems():
    """Return all problems by code, with the titles of the examinations that find them."""
    found = {}
    for examination in get_examinations():
        for problem in examination.problems:
            found.setdefault(problem.code, problem)
    return {**found, **{problem.code: problem for problem in runner.PROBLEMS}}


def build_section():
    """Return the part of the page that is written by this module."""
    with translation.override("en"):
        parts = [_describe_problem(problem) for problem in get_problems().values()]
        rows = [
            f"| `{code}` | {_quote(remedy.line)} | {_link(remedy.docs_page)} |"
            for code, remedy in sorted(system_checks.REMEDIES.items())
        ]
    head = ["| system check | line to paste | read on |", "|---|---|---|"]
    return "\n".join([*parts, "## System checks", "", *head, *rows, ""])


def _describe_problem(problem):
    what = re.sub(r"%\((\w+)\)s", r"*\1*", str(problem.what))
    lines = [f"### `{problem.code}`", f"{LEVELS[problem.level].capitalize()}. {what}", ""]
    if problem.line and problem.line != "$line":
        line = re.sub(r"\$(\w+)", lambda match: match[1].upper(), problem.line)
        lines += ["```text", line, "```", ""]
    if problem.docs_page != DOCTOR_PAGE:
        lines += [f"Read on: {_link(problem.docs_page)}.", ""]
    return "\n".join(lines)


def _quote(line):
    return " ".join(f"`{part}`" for part in line.splitlines()) or "the hint of the check"


def _link(page):
    if not page.startswith("docs/"):
        return f"[{page}]({DOCS_URL}{page})"
    target = os.path.relpath(ROOT / page, PAGE.parent)
    return f"[{page.rpartition('/')[2]}]({target})"


def test_the_page_is_current():
    # To write it anew: python -m tests.health.test_docs
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert written == build_section()


def test_every_document_that_a_finding_names_exists():
    pages = {problem.docs_page for problem in get_problems().values()}
    pages |= {remedy.docs_page for remedy in system_checks.REMEDIES.values()}
    assert [page for page in sorted(pages) if not (ROOT / page).is_file()] == []


def test_every_problem_of_the_code_can_be_found_by_an_examination():
    declared = {
        node.args[0].value
        for path in (ROOT / "cx_feedback").rglob("*.py")
        if "Problem(" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Problem"
        and isinstance(node.args[0], ast.Constant)
    }
    assert declared == set(get_problems())


def test_every_problem_is_shown_by_a_test():
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/health").glob("*.py"))
    )
    assert [code for code in get_problems() if f'"{code}"' not in text] == []


def test_every_check_of_ours_has_a_remedy():
    package = ROOT / cx_feedback.__name__
    checks = {
        found
        for path in package.rglob("*checks.py")
        for found in CHECK_ID.findall(path.read_text(encoding="utf-8"))
    }
    assert len(checks) > 12
    assert checks == set(system_checks.REMEDIES)


if __name__ == "__main__":
    import django

    django.setup()
    head, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}{build_section()}{END}{rest.partition(END)[2]}")
