"""``python -m tests.wheel.contents`` builds both archives and writes what they hold, by kind.

``python -m tests.wheel.contents dist/*`` looks instead whether built ones have what is listed.

``contents.txt`` is read before a release: one line for each kind of file. That nothing is lost and
nothing else gets in is the comparison with what git tracks.
"""

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import cx_feedback
from tests.messages import ROOT

FILE = Path(__file__).with_suffix(".txt")
WHEEL, SDIST = "wheel", "sdist"
ENDS = {WHEEL: ".whl", SDIST: ".tar.gz"}
#: What an archive has of git's files: folders and files at the top of the repository.
PARTS = {
    WHEEL: ("cx_feedback/",),
    SDIST: (
        *("cx_feedback/", "docs/", "README.md", "CHANGELOG.md", "LICENSE"),
        *("pyproject.toml", ".gitignore"),
    ),
}
NAME = f"wagtail_cx_feedback-{cx_feedback.__version__}"
#: What the builder adds.
ADDED = {
    WHEEL: {f"{NAME}.dist-info/{n}" for n in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")},
    SDIST: {"PKG-INFO"},
}
#: Folders of a room in which files of a kind may lie at any depth.
DEEP = ("static", "templates", "locale")


def list_tracked(archive: str) -> set[str]:
    """Return the files of git that an archive must have."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    parts = PARTS[archive]
    return {
        path
        for path in listed.stdout.split("\0")
        if path in parts or path.startswith(tuple(part for part in parts if part.endswith("/")))
    }


def list_inside(path: Path) -> set[str]:
    """Return the files of a built wheel or sdist."""
    if path.suffix == ".whl":
        return {name for name in zipfile.ZipFile(path).namelist() if not name.endswith("/")}
    with tarfile.open(path) as archive:
        names = [member.name for member in archive if not member.isdir()]
    top = f"{NAME}/"
    assert all(name.startswith(top) for name in names), f"not all of it is below {top}"
    return {name.removeprefix(top) for name in names}


def find_differences(inside: set[str], tracked: set[str], added: set[str]) -> list[str]:
    """Return what an archive lacks, and what nobody has put into it."""
    wanted = tracked | added
    return [
        *(f"not in the archive: {name}" for name in sorted(wanted - inside)),
        *(f"should not be in the archive: {name}" for name in sorted(inside - wanted)),
    ]


def name_kind(path: str) -> str:
    """Return the pattern of the files that are like this one; itself if there are no others."""
    one = PurePosixPath(path.replace(NAME, "wagtail_cx_feedback-VERSION"))
    if one.parts[0] == "docs" and len(one.parts) > 2:
        return f"docs/{one.parts[1]}/**/*{one.suffix}"
    if one.parts[0] != "cx_feedback" or len(one.parts) < 3:
        return str(one)
    folder = one.parts[2] if len(one.parts) > 3 else ""
    if folder in DEEP and one.suffix:
        return f"cx_feedback/*/{folder}/**/*{one.suffix}"
    if folder == "migrations":
        return "cx_feedback/*/migrations/*.py"
    return "cx_feedback/*/**/*.py" if one.suffix == ".py" else str(one)


def describe(archive: str, inside: Iterable[str]) -> str:
    """Return the part of ``contents.txt`` about an archive."""
    return "\n".join([f"# {archive}", *sorted({name_kind(name) for name in inside}), ""])


def read_part(archive: str) -> str:
    """Return what ``contents.txt`` says about an archive."""
    text = FILE.read_text(encoding="utf-8")
    return f"# {archive}\n" + text.partition(f"# {archive}\n")[2].partition("\n#")[0]


def check(archive: str, path: Path) -> int:
    """Return the number of files in a built archive; raises if they are not the ones listed."""
    inside = list_inside(path)
    problems = find_differences(inside, list_tracked(archive), ADDED[archive])
    assert not problems, f"{path.name}:\n" + "\n".join(problems)
    assert describe(archive, inside) == read_part(archive), (
        f"{path.name} has other kinds of files: run python -m tests.wheel.contents"
    )
    return len(inside)


def main(paths: list[str]) -> None:
    """Build both and write the list anew, or check what is built."""
    for path in map(Path, paths):
        archive = WHEEL if path.suffix == ".whl" else SDIST
        print(f"{path.name}: {check(archive, path)} files, as listed")
    if paths:
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "build", "-o", folder, str(ROOT)], check=True)
        parts = [
            describe(archive, list_inside(next(Path(folder).glob(f"*{end}"))))
            for archive, end in ENDS.items()
        ]
    FILE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
