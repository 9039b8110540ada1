"""What fails is run once more by itself; what fails twice has failed."""

from types import SimpleNamespace

import pytest

from tests import once_more


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # not the project's
    return tmp_path


def run_file(folder, text):
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    alone = {
        "CX_PASSED_ALONE": "alone.txt",
        "PYTEST_ADDOPTS": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "DJANGO_SETTINGS_MODULE": "",
    }
    return once_more.run(["-q", "test_it.py"], alone)


def test_what_fails_twice_has_failed(folder):
    assert run_file(folder, "def test_a(): assert False") == once_more.FAILED


def test_what_passes_alone_passes(folder, capfd):
    text = (
        "from pathlib import Path\n"
        "def test_a():\n"
        "    late = Path('late')\n"
        "    assert late.exists() or late.touch()\n"
        "def test_b(): pass\n"
    )
    assert run_file(folder, text) == 0
    said = capfd.readouterr().out
    assert "test_it.py::test_a" in said.partition("passed alone")[2]
    assert "1 passed" in said
    assert (folder / "alone.txt").read_text() == "test_it.py::test_a\n"


def test_many_failures_are_no_accident(folder, capfd):
    text = "\n".join(f"def test_{n}(): assert False" for n in range(once_more.MOST + 1))
    assert run_file(folder, text) == once_more.FAILED
    assert "once more" not in capfd.readouterr().out


def test_a_run_that_finds_no_test_has_not_passed(folder):
    assert run_file(folder, "") not in (0, once_more.FAILED)


def test_tests_run_alone_and_count_no_lines():
    given = ["-n", "auto", "--dist", "worksteal", "-m", "slow", "--migrations"]
    given += ["--cov", "--cov-report=term"]
    assert once_more.alone(given) == ["-m", "slow", "--migrations"]


def test_what_passes_alone_hides_no_lack_of_coverage(monkeypatch):
    codes = iter([once_more.FAILED, 0, 2])  # the first round, the second, the report
    monkeypatch.setattr(once_more, "failed_before", lambda cache: ["test_it.py::test_a"])
    monkeypatch.setattr(
        once_more.subprocess, "run", lambda *args, **kwargs: SimpleNamespace(returncode=next(codes))
    )
    assert once_more.run(["--cov"]) == 2
