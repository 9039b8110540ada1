"""``python -m tests.wheel``: build each once, then one environment and one site for each version.

CX_POSTGRES names a PostgreSQL server, on which each site is migrated and probed once more.
``python -m tests.wheel oldest`` does one of them alone: on that server, or else on SQLite; the
oldest alone only follow the README if there is a Python for the newest, which follow the tutorial.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import noxfile
from tests.messages import ROOT
from tests.wheel import contents, readme, tutorial
from tests.wheel.versions import COMBINATIONS, REQUIRED, Combination


def run(*command: str | Path, cwd: Path, **environment: str) -> None:
    print("+", *[Path(str(part)).name for part in command], flush=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTHON"))}
    kept.pop("DATABASE_URL", None)
    subprocess.run([str(c) for c in command], cwd=cwd, check=True, env={**kept, **environment})


def build(folder: Path, archive: str) -> Path:
    """Build the wheel or the sdist into ``folder``, look at what it has, and return its path."""
    run(sys.executable, "-m", "build", f"--{archive}", "-o", folder, ROOT, cwd=ROOT)
    path = next(folder.glob(f"*{contents.ENDS[archive]}"))
    print(f"{path.name}: {contents.check(archive, path)} files", flush=True)
    return path


def install(python: Path, archive: Path, extra: str, pins: tuple[str, ...]) -> None:
    """Install the wheel or the sdist with one of its extras."""
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile")
    run(*pip, f"{archive}[{extra}]", "psycopg[binary]", *pins, cwd=archive.parent)


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


#: Opens the page that the README makes, with each of its widgets' scripts and styles.
_OPEN_HOME = (
    "from django.test import Client; page = Client().get('/'); "
    "assert page.status_code == 200 and b'/cx_feedback/' in page.content, page.content"
)


def probe_readme(python: Path, folder: Path) -> None:
    """Follow the README to the letter, with all rooms, and open its page."""
    run(python.parent / "wagtail", "start", "whole", cwd=folder)
    site = folder / "whole"
    readme.follow(site)
    for step in (["makemigrations", "-v0"], ["migrate", "-v0"], ["check"]):
        run(python, "manage.py", *step, cwd=site)
    run(python, "manage.py", "shell", "-c", _OPEN_HOME, cwd=site)
    run(python, "manage.py", "cx_work", "--verbosity", "0", cwd=site)


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


def probe_combination(combination: Combination, archive: Path, server: str, alone: bool) -> None:
    """Install the archive on the versions of the combination, and probe the sites there."""
    interpreter = shutil.which(noxfile.interpreter(combination.python))
    assert interpreter, f"Python {combination.python} is needed"
    folder = archive.parent / combination.name
    folder.mkdir()
    python = make_environment(interpreter, folder)
    if combination.name in REQUIRED:  # once: what is installed then stays
        install(python, archive, "comments", combination.pins)
        probe_comments_alone(python, folder)
    install(python, archive, "all", combination.pins)
    if combination.name in REQUIRED:
        probe_readme(python, folder)
        if alone and shutil.which(noxfile.interpreter(COMBINATIONS[-1].python)):
            return  # the tutorial is followed on the newest versions
    make_site(python, folder)
    if not (server and alone):
        probe(python, folder / tutorial.SITE)
    if server:
        name = f"cx_wheel_{combination.name}_{os.getpid()}"
        probe_on_postgres(python, folder / tutorial.SITE, server, name)


def main(names: list[str]) -> None:
    server = os.environ.get("CX_POSTGRES", "")
    built: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for combination in COMBINATIONS:
            if names and combination.name not in names:
                continue
            missing = shutil.which(noxfile.interpreter(combination.python)) is None
            if missing and combination.name not in REQUIRED:
                print(f"== {combination.name}: skipped, no Python {combination.python}")
                continue
            if combination.archive not in built:
                built[combination.archive] = build(Path(temporary), combination.archive)
            print(f"== {combination}", flush=True)
            began = time.monotonic()
            probe_combination(combination, built[combination.archive], server, bool(names))
            print(f"== {combination.name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
