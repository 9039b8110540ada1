"""Erasures written outside the database, and repeated after a backup was restored.

``CX_FEEDBACK["ERASURE_STORAGE"]`` names an entry of ``STORAGES``. Each erasure becomes a file of
keyed hashes there, written by a task: a storage that is away delays no erasure. The rows of
``Erasure`` say which erasures the database knows; the files of the others are repeated.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.privacy.registry import get_personal_models
from cx_feedback.core.text.secret_keys import get_secret_keys
from cx_feedback.readers.models import Erasure, Reader

FOLDER = "cx-erasures"
TASK = "cx_feedback.readers.write_erasures"
_SALT = "cx_feedback.readers.erasures"
#: The largest file that is read: one erasure has a few hashes.
LARGEST = 1_000_000


@dataclass(frozen=True)
class LoggedErasure:
    """An erasure as its file says it; ``secret`` is the key that its hashes were made with."""

    key: uuid.UUID
    at: datetime.datetime
    hashes: frozenset[str]
    secret: str


def record_erasure(*, email: str, reader_ids: Iterable[int]) -> None:
    """Note an erasure in the transaction of the erasure, before the rows go."""
    if not conf.get("ERASURE_STORAGE"):
        return
    known = Reader.objects.filter(pk__in=list(reader_ids)).values_list("key", "email")
    names = {_name_address(email)} if email else set()
    for key, address in known:
        names |= {_name_reader(key), *([_name_address(address)] if address else [])}
    if names:
        hashes = sorted(_hash(name, settings.SECRET_KEY) for name in names)
        Erasure.objects.create(hashes=hashes, made_with=_get_secret_id(settings.SECRET_KEY))
        transaction.on_commit(lambda: nudge(TASK))


def write_erasures() -> int:
    """Write the erasures that wait into the storage; return their number. May run twice."""
    alias = conf.get("ERASURE_STORAGE")
    if not alias:
        return 0
    waiting = Erasure.objects.exclude(hashes=[]).order_by("pk").values_list("pk", flat=True)
    return sum(_write_erasure(storages[alias], pk) for pk in list(waiting))


@transaction.atomic
def _write_erasure(storage: Storage, pk: int) -> int:
    """Write an erasure; return 1, or 0 if another worker writes it now or has written it."""
    waiting = Erasure.objects.exclude(hashes=[]).filter(pk=pk)
    row = waiting.select_for_update(skip_locked=True).first()
    if row is None:
        return 0
    content = {
        "version": 1,
        "key": row.key.hex,
        "at": row.at.isoformat(),
        "made_with": row.made_with,
        "hashes": row.hashes,
    }
    name = f"{FOLDER}/{row.at:%Y-%m}/{row.key.hex}.json"
    _write_file(storage, name, json.dumps(content).encode())
    return Erasure.objects.filter(pk=pk).update(hashes=[])


def _write_file(storage: Storage, name: str, content: bytes) -> None:
    """Write a file once, and anew if an earlier write was cut off."""
    if storage.exists(name):
        with storage.open(name) as file:
            if file.read() == content:
                return
        storage.delete(name)
    storage.save(name, ContentFile(content))


def read_erasures(*, storage: Storage) -> list[LoggedErasure]:
    """Return all erasures in the storage, each once. Raises InvalidInput naming ``file``.

    Without row locks (SQLite) two workers may write one, and a storage gives the second a name.
    """
    secrets = {_get_secret_id(one): one for one in _get_secrets()}
    read = (_read_file(storage, name, secrets) for name in _list_files(storage))
    return list({one.key: one for one in read}.values())


def find_missing(logged: list[LoggedErasure]) -> list[LoggedErasure]:
    """Return the erasures that this database does not know, oldest first."""
    known = set(Erasure.objects.values_list("key", flat=True))
    return sorted((one for one in logged if one.key not in known), key=lambda one: one.at)


def replay_erasures(*, missing: list[LoggedErasure]) -> dict[str, int]:
    """Erase the persons of these erasures again; return the numbers of rows by section."""
    from cx_feedback.readers.privacy.person_requests import erase_person

    counts: dict[str, int] = {}
    found = _find_persons(missing)
    for one in missing:
        emails, ids = found[one.key]
        with transaction.atomic():
            _row, new = Erasure.objects.get_or_create(key=one.key, defaults={"at": one.at})
            if not new:  # another run repeats it
                continue
            # Readers without an address first, then each address with what hangs on it.
            for email in ["", *sorted(emails)]:
                part = erase_person(email=email, reader_ids=[] if email else ids, logs=False)
                for section, count in part.items():
                    counts[section] = counts.get(section, 0) + count
    return counts


def _find_persons(
    missing: list[LoggedErasure],
) -> dict[uuid.UUID, tuple[set[str], list[int]]]:
    """Return the addresses and readers of each erasure that the database still has."""
    found: dict[uuid.UUID, tuple[set[str], list[int]]] = {one.key: (set(), []) for one in missing}
    by_hash: dict[tuple[str, str], list[uuid.UUID]] = {}
    for one in missing:
        for digest in one.hashes:
            by_hash.setdefault((one.secret, digest), []).append(one.key)
    for secret in {one.secret for one in missing}:
        for address in _iterate_addresses():
            for key in by_hash.get((secret, _hash(_name_address(address), secret)), ()):
                found[key][0].add(address)
        for pk, reader_key in Reader.objects.values_list("pk", "key").iterator():
            for key in by_hash.get((secret, _hash(_name_reader(reader_key), secret)), ()):
                found[key][1].append(pk)
    return found


def _iterate_addresses() -> Iterator[str]:
    """Yield each address that any room holds, in lower case."""
    seen: set[str] = set()
    readers = Reader.objects.exclude(email=None).values_list("email", flat=True)
    sources: list[Iterable[str | None]] = [readers.iterator()]
    sources += [one.lookup.iterate_addresses(one.model) for one in get_personal_models()]
    for source in sources:
        for address in source:
            if address and (lower := address.lower()) not in seen:
                seen.add(lower)
                yield lower


def _list_files(storage: Storage, folder: str = FOLDER) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if name.endswith(".json"):
            yield f"{folder}/{name}"
    for name in sorted(folders):
        yield from _list_files(storage, f"{folder}/{name}")


def _read_file(storage: Storage, name: str, secrets: dict[str, str]) -> LoggedErasure:
    with storage.open(name) as file:
        content = file.read(LARGEST)
    try:
        told = json.loads(content)
        made_with, hashes = str(told["made_with"]), frozenset(map(str, told["hashes"]))
        key, at = uuid.UUID(told["key"]), datetime.datetime.fromisoformat(told["at"])
        if at.tzinfo is None:  # can't be compared with the others
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        words = _("%s is no file of an erasure, or it is damaged.") % name
        raise InvalidInput(fields={"file": [words]}) from error
    if made_with not in secrets:
        words = _(
            "%s was written by another site, or with a SECRET_KEY that is not among "
            "SECRET_KEY_FALLBACKS any more. Nothing was erased."
        )
        raise InvalidInput(fields={"file": [words % name]})
    return LoggedErasure(key, at, hashes, secrets[made_with])


def _get_secrets() -> list[str]:
    return [*map(force_str, get_secret_keys())]


def _get_secret_id(secret: str) -> str:
    """Return what says which key made hashes, and nothing of the key."""
    return hashlib.sha256(_hash("which key", secret).encode()).hexdigest()[:16]


def _hash(name: str, secret: str) -> str:
    return salted_hmac(_SALT, name, secret=secret, algorithm="sha256").hexdigest()


def _name_address(address: str) -> str:
    return f"address:{address.strip().lower()}"


def _name_reader(key: uuid.UUID) -> str:
    return f"reader:{key.hex}"
