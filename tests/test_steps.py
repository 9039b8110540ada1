"""Every test is run by a step of the whole check, whatever its markers and wherever it stands."""

import pytest

from tests import steps
from tests.messages import ROOT


@pytest.mark.slow
def test_each_test_is_in_a_step():
    """Those that were read: all of them, where this one runs with others."""
    assert steps.collected
    assert [
        test
        for test, markers in steps.collected.items()
        if not any(step.includes(test, markers) for step in steps.WHOLE.values())
    ] == []


def test_the_whole_check_runs_each_step():
    check = (ROOT / ".ci/run").read_text()
    for step in (
        *("$rounds once", "$rounds services broker", "$rounds browser"),
        *("versions=versions", "-s oldest", "-s newest"),
    ):
        assert step in check, step


@pytest.mark.parametrize(
    ("test", "markers", "names"),
    [
        ("tests/comments/test_a.py::test", {"django_db"}, {"suite"}),
        ("tests/comments/test_api.py::test", {"django_db"}, {"suite", "versions"}),
        ("tests/comments/test_api.py::test", {"slow"}, {"once"}),
        ("tests/services/test_a.py::test", {"services"}, {"services"}),
        ("tests/services/test_a.py::test", {"services", "broker"}, {"services", "broker"}),
        ("tests/browser/test_a.py::test", {"browser", "slow"}, {"browser"}),
        ("tests/example_site/test_api.py::test", set(), set()),
    ],
)
def test_a_step_names_its_tests(test, markers, names):
    assert {name for name, step in steps.WHOLE.items() if step.includes(test, markers)} == names


def test_the_files_that_go_first_are_there():
    assert [path for path in steps.LONGEST if not (steps.TESTS / path).exists()] == []
    tests = ["tests/test_a.py::test", *(f"tests/{path}::test" for path in steps.LONGEST)]
    assert sorted(tests, key=steps.get_turn) == [*tests[1:], tests[0]]


def test_each_value_is_combined_once_or_with_all_others(monkeypatch):
    axes = ["light", "dark"], [320, 390, 1280]
    monkeypatch.setattr(steps, "THOROUGH", False)
    assert steps.combine(*axes) == [("light", 320), ("dark", 390), ("light", 1280)]
    monkeypatch.setattr(steps, "THOROUGH", True)
    assert len(set(steps.combine(*axes))) == 6


@pytest.mark.parametrize("pattern", steps.BY_VERSION)
def test_a_name_of_files_finds_some(pattern):
    assert list(steps.TESTS.rglob(pattern.removeprefix("*/")))
