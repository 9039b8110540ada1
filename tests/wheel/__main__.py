"""``python -m tests.wheel``: build once, then one environment and one site for each version.

CX_POSTGRES names a PostgreSQL server, on which each site is migrated and probed once more.
``python -m tests.wheel oldest`` does one of them alone: on that server, or else on SQLite.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import noxfile
from tests.messages import ROOT
from tests.wheel import readme, tutorial
from tests.wheel.versions import COMBINATIONS, REQUIRED


def run(*command: str | Path, cwd: Path, **environment: str) -> None:
    print("+", *[Path(str(part)).name for part in command], flush=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTHON"))}
    kept.pop("DATABASE_URL", None)
    subprocess.run([str(c) for c in command], cwd=cwd, check=True, env={**kept, **environment})


def check_files(wheel: Path) -> int:
    """Return the number of files of ours in ``wheel``; raises when one that git tracks is not."""
    tracked = subprocess.run(
        ["git", "ls-files", "cx_feedback"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    inside = set(zipfile.ZipFile(wheel).namelist())
    lost = [name for name in tracked if name and name not in inside]
    assert not lost, f"not in the wheel: {lost}"
    for part in ("/templates/", "/static/", ".mo", "/migrations/0001_initial.py"):
        assert any(part in name for name in inside), f"nothing of {part} in the wheel"
    return len(inside)


def build(folder: Path) -> Path:
    """Build the wheel into ``folder`` and return its path."""
    run(sys.executable, "-m", "build", "--wheel", "-o", folder, ROOT, cwd=ROOT)
    wheel = next(folder.glob("*.whl"))
    print(f"{wheel.name}: {check_files(wheel)} files", flush=True)
    return wheel


def install(python: Path, wheel: Path, extra: str, pins: tuple[str, ...]) -> None:
    """Install the wheel with one of its extras."""
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile")
    run(*pip, f"{wheel}[{extra}]", "psycopg[binary]", *pins, cwd=wheel.parent)


def make_environment(interpreter: str, folder: Path) -> Path:
    """Make a new environment and return its interpreter."""
    run(interpreter, "-m", "venv", folder / "env", cwd=folder)
    return folder / "env/bin/python"


def probe_comments_alone(python: Path, folder: Path) -> None:
    """Make a site with the comments alone, where only their extra is installed, and comment."""
    run(python.parent / "wagtail", "start", "alone", cwd=folder)
    site = folder / "alone"
    readme.follow(site, only="comments")
    shutil.copytree(Path(__file__).parent / "probe", site / "probe")
    for step in (["makemigrations", "-v0", "home"], ["migrate", "-v0"], ["check"]):
        run(python, "manage.py", *step, cwd=site)
    run(python, "-m", "probe.alone", cwd=site, DJANGO_SETTINGS_MODULE="alone.settings.dev")


def make_site(python: Path, folder: Path) -> None:
    """Follow the tutorial in a new site."""
    run(python.parent / "wagtail", "start", tutorial.SITE, cwd=folder)
    settings = {"base.py": readme.DATABASE, "dev.py": readme.MAILS}
    tutorial.follow(folder / tutorial.SITE, settings)
    shutil.copytree(Path(__file__).parent / "probe", folder / tutorial.SITE / "probe")


def probe(python: Path, site: Path, **environment: str) -> None:
    """Migrate the site, and be its readers and editors."""
    manage = (python, "manage.py")
    making, _ = tutorial.split_commands()
    for step in (
        *([*command, "-v0"] for command in making),  # nothing to do the second time
        ["makemigrations", "--check", "--dry-run"],
        ["check"],
        ["check", "--deploy", "--fail-level", "ERROR"],
    ):
        run(*manage, *step, cwd=site, **environment)
    environment["DJANGO_SETTINGS_MODULE"] = f"{tutorial.SITE}.settings.dev"
    run(python, "-m", "probe", cwd=site, **environment)


def probe_on_postgres(python: Path, site: Path, server: str, name: str) -> None:
    """Do the same on a database of its own, which is dropped at the end."""
    base = urlsplit(server)._replace(path="/postgres").geturl()
    drop = f'import psycopg; c = psycopg.connect("{base}", autocommit=True); '
    drop += f'c.execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)")'
    run(python, "-c", f'{drop}; c.execute("CREATE DATABASE {name}")', cwd=site)
    try:
        probe(python, site, DATABASE_URL=urlsplit(server)._replace(path=f"/{name}").geturl())
    finally:
        run(python, "-c", drop, cwd=site)


def main(names: list[str]) -> None:
    server = os.environ.get("CX_POSTGRES", "")
    with tempfile.TemporaryDirectory() as temporary:
        wheel = build(Path(temporary))
        for combination in COMBINATIONS:
            if names and combination.name not in names:
                continue
            interpreter = shutil.which(noxfile.interpreter(combination.python))
            if interpreter is None and combination.name not in REQUIRED:
                print(f"== {combination.name}: skipped, no Python {combination.python}")
                continue
            assert interpreter, f"Python {combination.python} is needed"
            print(f"== {combination}", flush=True)
            began, folder = time.monotonic(), Path(temporary, combination.name)
            folder.mkdir()
            python = make_environment(interpreter, folder)
            if combination.name in REQUIRED:  # once: what is installed then stays
                install(python, wheel, "comments", combination.pins)
                probe_comments_alone(python, folder)
            install(python, wheel, "all", combination.pins)
            make_site(python, folder)
            if not (server and names):
                probe(python, folder / tutorial.SITE)
            if server:
                name = f"cx_wheel_{combination.name}_{os.getpid()}"
                probe_on_postgres(python, folder / tutorial.SITE, server, name)
            print(f"== {combination.name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
