"""``python -m tests.released_migrations`` writes ``released_migrations.json``, at a release.

It holds a digest of each migration by the version that brought it. Sites have run these files: they
neither change nor go away, and what is new stands in migrations that are added.
"""

import hashlib
import json
import sys
from pathlib import Path

import cx_feedback
from tests.messages import ROOT

FILE = Path(__file__).with_suffix(".json")
Digests = dict[str, str]


def read_files(root: Path = ROOT) -> Digests:
    """Return the digest of each file of our migrations, by its path below ``root``."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.glob("cx_feedback/*/migrations/*.py"))
        if path.name != "__init__.py"
    }


def load_releases(file: Path = FILE) -> dict[str, Digests]:
    """Return the digests of the migrations that each version brought, the oldest version first."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def find_changes(releases: dict[str, Digests], there: Digests) -> list[str]:
    """Return what became of released files that are not as they were."""
    return [
        f"{path} of {version} {'changed' if path in there else 'is gone'}"
        for version, digests in releases.items()
        for path, digest in digests.items()
        if there.get(path) != digest
    ]


def find_unlisted(releases: dict[str, Digests], there: Digests) -> list[str]:
    """Return the files that no release has."""
    return sorted(there.keys() - {path for digests in releases.values() for path in digests})


def name_targets(digests: Digests) -> dict[str, str]:
    """Return the newest migration of each app among the files, by the name of the app."""
    paths = [Path(path) for path in sorted(digests) if Path(path).name.startswith("0")]
    return {".".join(path.parts[:-2]): path.stem for path in paths}


def add_release(version: str, file: Path = FILE, root: Path = ROOT) -> list[str]:
    """List the migrations that are new in ``version``; exits if a released one is not as it was."""
    if version.endswith(".dev0"):
        sys.exit(f"{version} is no release: set __version__ first (docs/releasing.md).")
    releases, there = load_releases(file), read_files(root)
    if changes := find_changes(releases, there):
        sys.exit("\n".join(["Released migrations stay as they are:", *changes]))
    new = find_unlisted(releases, there)
    releases[version] = releases.get(version, {}) | {path: there[path] for path in new}
    file.write_text(json.dumps(releases, indent=1) + "\n", encoding="utf-8")
    return new


if __name__ == "__main__":
    added = add_release(cx_feedback.__version__)
    print(f"{cx_feedback.__version__}: {len(added)} files of migrations are new.")
