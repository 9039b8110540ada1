"""The report of ``make mutate``, and its list of survivors."""

import json

import pytest

from tests.messages import ROOT
from tests.mutation.report import KNOWN, report
from tests.mutation.targets import PACKAGE, TARGETS

NOTICED = [(f"a.py: {n} -> 0", False) for n in range(9)]
ODD = "b.py: x -> y"


@pytest.mark.parametrize(
    ("outcomes", "listed", "status", "said"),
    [
        (NOTICED, {}, 0, "Noticed: 100.0%"),
        ([*NOTICED, (ODD, True)], {}, 1, f"Survived without a reason, add a test: {ODD}"),
        ([*NOTICED, (ODD, True)], {ODD: "a stronger lock"}, 0, "Noticed: 90.0%"),
        ([*NOTICED[1:], (ODD, True)], {ODD: "a stronger lock"}, 1, "Noticed: 88.9%"),
        ([*NOTICED, (ODD, True)], {ODD: "same: an alias"}, 0, "Noticed: 100.0%"),
        ([*NOTICED, (ODD, False)], {ODD: "same: an alias"}, 1, f"take it off the list: {ODD}"),
        # Two lines of a module that read alike: one of them survives.
        ([*NOTICED, (ODD, False), (ODD, True)], {ODD: "a lock"}, 0, "Noticed: 90.9%"),
        (NOTICED, {ODD: "a stronger lock"}, 0, f"Listed but not drawn: {ODD}"),
    ],
)
def test_what_a_run_reports(outcomes, listed, status, said, capsys):
    assert report(outcomes, listed) == status
    assert said in capsys.readouterr().out


def test_modules_are_counted_one_by_one(capsys):
    report([*NOTICED, (ODD, True), ("b.py: z -> y", True)], {ODD: "same: an alias"})
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:4]]
    assert rows == [
        ["9", "9", "0", "0", "a.py"],
        ["2", "0", "1", "1", "b.py"],
        ["11", "9", "1", "1", "together"],
    ]


def test_a_change_draws_other_mutants_in_its_own_lines_alone(tmp_path, monkeypatch):
    pytest.importorskip("cosmic_ray")
    from tests.mutation import mutants

    monkeypatch.setattr(mutants, "TARGETS", {"a.py": [], "b.py": []})
    (tmp_path / PACKAGE).mkdir()

    def draw(*lines):
        (tmp_path / PACKAGE / "a.py").write_text("\n".join(lines))
        (tmp_path / PACKAGE / "b.py").write_text("\n".join(f"n = {n} + m" for n in range(30)))
        drawn = mutants.draw_mutants(tmp_path, 0.3, seed=1)
        assert drawn == mutants.draw_mutants(tmp_path, 0.3, seed=1)
        return {mutant.describe(tmp_path) for mutant in drawn}

    before, after = (
        draw(*new, *[f"x = y + {n}" for n in range(30)]) for new in ([], ["z = 1 + 2"])
    )
    assert 20 < len(before) < 60
    assert before == {mutant for mutant in after if "z" not in mutant}


@pytest.mark.parametrize(("mutant", "reason"), json.loads(KNOWN.read_text()).items())
def test_listed_survivors_are_of_the_code_as_it_is(mutant, reason):
    module, change = mutant.split(": ", 1)
    before, _arrow, _after = change.partition(" -> ")
    assert module in TARGETS
    code = (ROOT / PACKAGE / module).read_text()
    assert before.strip() in " ".join(line.strip() for line in code.splitlines())
    assert len(reason) > len("same: ")


@pytest.mark.parametrize("test", sorted({test for tests in TARGETS.values() for test in tests}))
def test_the_tests_of_each_module_are_there(test):
    assert (ROOT / test).exists()
