"""django-comments-xtd beside us: installed into ``.bench/xtd``, on a database of its own."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import site
from benchmarks.load import Load, post

FOLDER = Path(__file__).parent / "xtd"
HOME = Path(".bench") / "xtd"
PYTHON = HOME / "bin" / "python"


@contextmanager
def served(words: Callable[[int], str]) -> Iterator[Load]:
    """Yield a load of new guests' comments by its REST, ``words`` of a number being the text."""
    _install()
    database = f"{site.DATABASE}_xtd"
    site.recreate(database)
    env = {**os.environ, "XTD_DATABASE": database}
    env = {name: value for name, value in env.items() if not name.startswith("DJANGO_")}
    # Not resolved: its link would lead past the environment.
    python = str(PYTHON.absolute())
    done = subprocess.run(
        [python, "project.py"], cwd=FOLDER, env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    hidden = json.loads(done.stdout)
    numbers = itertools.count(1)

    def guest() -> bytes:
        n = next(numbers)
        body = {**hidden, "name": f"Ana {n}", "email": f"a{n}@example.org", "comment": words(n)}
        return post("/comments/api/comment/", json.dumps(body).encode())

    with site.gunicorn("project", python=python, cwd=FOLDER, env=env) as port:
        yield Load(port, guest)


def _install() -> None:
    wanted = (FOLDER / "requirements.txt").read_text()
    stamp = HOME / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "-q", "-r", FOLDER / "requirements.txt"], check=True
    )
    stamp.write_text(wanted)
