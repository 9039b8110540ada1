"""``make messages``: gather the strings of every room into its ``locale/es``; needs gettext.

``python -m tests.messages --check`` changes nothing and says what is missing or not compiled.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import polib

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(
    path.parent.parent.parent
    for top in ("cx_feedback", "example_site")
    for path in ROOT.glob(f"{top}/**/locale/es/LC_MESSAGES")
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def gather(folder: Path) -> None:
    """Run makemessages in ``folder``, without settings.

    With settings Django puts the current folder on the path, where ``core`` has an ``http``.
    """
    env = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    env["PYTHONPATH"] = str(ROOT)
    subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "django",
            "makemessages",
            "-l",
            "es",
            "-e",
            "html,txt,py,mjml",
            "--no-location",
            "--no-wrap",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
        env=env,
    )


def gathered_ids(folder: Path) -> set[str]:
    """Return the strings that ``folder`` has now, gathered in a copy."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        gather(Path(copy))
        return {e.msgid for e in catalogue(Path(copy)) if not e.obsolete}


def catalogue(folder: Path) -> polib.POFile:
    """Return the Spanish catalogue of ``folder``."""
    return polib.pofile(str(folder / "locale/es/LC_MESSAGES/django.po"))


def texts(entries: Iterable[polib.POEntry]) -> dict[tuple[str, str], tuple[str, dict[int, str]]]:
    """Return what each string is translated to, plurals included."""
    return {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in entries}


def lacking_forms(folder: Path) -> list[polib.POEntry]:
    """Return the entries without a text for each plural form that the catalogue declares."""
    entries = catalogue(folder)
    forms = int(entries.metadata["Plural-Forms"].partition("nplurals=")[2].partition(";")[0])
    return [
        e
        for e in entries
        if e.msgid_plural and not e.obsolete and sum(map(bool, e.msgstr_plural.values())) != forms
    ]


def misspaced(entries: Iterable[polib.POEntry]) -> Iterator[str]:
    """Iterate over the texts whose percent sign or ellipsis is not spaced as its language has it.

    A percent sign follows its number at once in English, after a no-break space in Spanish.
    """
    for entry in entries:
        for text in (entry.msgid, entry.msgid_plural):
            if re.search(r"[\d})s] %(%|(?![(a-z]))|\w …$", text):
                yield text
        for text in (entry.msgstr, *map(str, entry.msgstr_plural.values())):
            if re.search(r"(\d|\)[sd]) ?%(%|(?![(a-z]))|\w …$", text):
                yield text


def lost_placeholders(entries: Iterable[polib.POEntry]) -> Iterator[str]:
    """Iterate over the messages whose translation has other placeholders."""
    for entry in entries:
        wanted = sorted(set(PLACEHOLDER.findall(entry.msgid)))
        if entry.msgstr and sorted(set(PLACEHOLDER.findall(entry.msgstr))) != wanted:
            yield entry.msgid


def problems(folder: Path) -> list[str]:
    """Return what is wrong with the Spanish catalogue of ``folder``."""
    entries = [e for e in catalogue(folder) if not e.obsolete]
    name = str(folder.relative_to(ROOT))
    found = [f"{name}: not translated: {e.msgid!r}" for e in entries if not e.translated()]
    found += [f"{name}: fuzzy: {e.msgid!r}" for e in entries if e.fuzzy]
    found += [f"{name}: plural forms are missing: {e.msgid!r}" for e in lacking_forms(folder)]
    found += [f"{name}: placeholders differ: {text!r}" for text in lost_placeholders(entries)]
    found += [f"{name}: typography: {text!r}" for text in misspaced(entries)]
    compiled = folder / "locale/es/LC_MESSAGES/django.mo"
    if not compiled.exists():
        return [*found, f"{name}: not compiled"]
    binary = {
        (e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in polib.mofile(str(compiled))
    }
    texts = {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in entries if e.translated()}
    if binary != texts:
        found.append(f"{name}: django.mo is older than django.po; run make messages")
    if shutil.which("xgettext"):
        missing = gathered_ids(folder) - {e.msgid for e in entries}
        found += [f"{name}: not gathered: {msgid!r}" for msgid in sorted(missing)]
    return found


def spanish_texts(entries: Iterable[polib.POEntry]) -> dict[tuple[str, str], str]:
    """Return what each message (context, id) is translated to; of plurals all forms."""
    return {
        (entry.msgctxt or "", entry.msgid): "|".join(
            [entry.msgstr, *map(str, entry.msgstr_plural.values())]
        )
        for entry in entries
        if entry.msgid and not entry.obsolete
    }


def foreign_catalogues() -> Iterator[tuple[str, polib.MOFile]]:
    """Iterate over the Spanish catalogues that Django merges with ours: name and messages."""
    for package in ("django", "wagtail", "rest_framework", "django_filters"):
        folder = Path(import_module(package).__file__ or "").parent
        for path in sorted(folder.glob("**/locale/es/LC_MESSAGES/django.mo")):
            yield str(path.relative_to(folder.parent)), polib.mofile(str(path))


def overlaps() -> list[str]:
    """Return our messages that stand elsewhere with another translation.

    Django merges the catalogues of all apps: of two translations of one message in one context
    only that of the app listed first is ever shown, in the other app too.
    """
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    found = []
    for folder in FOLDERS:
        for message, text in spanish_texts(catalogue(folder)).items():
            where, before = seen.setdefault(message, (folder.name, text))
            if before != text:
                found.append(f"{message}: {where} has {before!r}, {folder.name} {text!r}")
    for where, entries in foreign_catalogues():
        for message, text in spanish_texts(entries).items():
            ours, before = seen.get(message, ("", text))
            if before != text:
                found.append(f"{message}: {where} has {text!r}, our {ours} {before!r}")
    return found


def main() -> int:
    if "--check" in sys.argv:
        found = [*(problem for folder in FOLDERS for problem in problems(folder)), *overlaps()]
        print("\n".join(found) or f"{len(FOLDERS)} catalogues complete")
        return bool(found)
    for folder in FOLDERS:
        gather(folder)
        path = folder / "locale/es/LC_MESSAGES/django.po"
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        print(folder.relative_to(ROOT), len([e for e in catalogue(folder) if not e.translated()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
