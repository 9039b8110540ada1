"""Every block of code of every document works."""

import pytest

from tests.documents import checkers, shell
from tests.documents.blocks import PAGES, find_blocks, find_commands
from tests.messages import ROOT
from tests.test_readme import find_problem as find_proof_problem

WITH_PYTHON = [
    path for path in PAGES if any(block.language == "python" for block in find_blocks(path))
]


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WITH_PYTHON, ids=named)
def test_python_runs(path, site_code, db):
    blocks = [block for block in find_blocks(path) if block.language == "python"]
    problems = {str(block): site_code.run(block) for block in blocks if not block.shown_by}
    assert {where: problem for where, problem in problems.items() if problem} == {}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_other_languages_are_right(path):
    blocks = [block for block in find_blocks(path) if block.language != "python"]
    problems = {str(block): checkers.find_problem(block) for block in blocks if not block.shown_by}
    assert {where: problem for where, problem in problems.items() if problem} == {}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_commands_in_sentences_exist(path):
    problems = [shell.find_option_problem(name, words) for name, words in find_commands(path)]
    assert [problem for problem in problems if problem] == []


def test_what_another_test_shows_has_that_test():
    proofs = {block.shown_by for path in PAGES for block in find_blocks(path)} - {""}
    assert {proof: find_proof_problem(proof) for proof in proofs} == dict.fromkeys(proofs, "")
