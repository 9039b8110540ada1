"""The style sheets of ``package.json``, brought by npm once a run and unpacked, never run."""

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

NAMED: dict[str, str] = {
    alias: spec.removeprefix("npm:")
    for alias, spec in json.loads((Path(__file__).parent / "package.json").read_text())[
        "devDependencies"
    ].items()
}
#: What Tailwind's compiler puts in place of these calls: the words after the comma, without one
#: that names a theme of the site's own.
CALL = re.compile(r"(?:--)?theme\(\s*[^,()]+,\s*((?:[^()]|\([^()]*\))*)\)")


def npm() -> str | None:
    """Return where npm is, or None."""
    return shutil.which("npm")


def fetch(folder: Path) -> dict[str, Path]:
    """Return the tarball of each package, downloaded to ``folder`` under a name of its own."""
    done = subprocess.run(
        [npm() or "npm", "pack", "--json", "--pack-destination", str(folder), *NAMED.values()],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
    )
    assert done.returncode == 0, f"npm pack failed:\n{done.stderr[-2000:]}"
    packed = {f"{one['name']}@{one['version']}": one["filename"] for one in json.loads(done.stdout)}
    return {
        alias: folder / packed[spec].removeprefix("@").replace("/", "-")
        for alias, spec in NAMED.items()
    }


def read_css(tarball: Path, name: str) -> str:
    """Return the style sheet ``name`` of a package, as a site's build would serve it."""
    with tarfile.open(tarball) as packed:
        found = packed.extractfile(f"package/{name}")
        assert found is not None
        return CALL.sub(r"\1", found.read().decode())
