"""Where words stand: in tables, in caches, in files, in what was logged."""

import pickle
import zlib

from django.conf import settings
from django.core.cache import caches
from django.db import connection


def find_in_tables(*words: str) -> set[tuple[str, str, str]]:
    """Return (table, column, word) for each word in any table, also in packed columns."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("sqlite_", "django_migrations")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    found |= {(table, name, word) for word in find_in(value, words)}
    return found


def find_in(value, words) -> set[str]:
    """Return the words that a value of a column, an entry of a cache or a file holds."""
    if isinstance(value, memoryview):
        value = bytes(value)
    texts = [str(value)]
    if isinstance(value, bytes):
        texts.append(value.decode("utf-8", "replace"))
        for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
            try:
                texts.append(zlib.decompressobj(bits).decompress(value).decode("utf-8", "replace"))
            except zlib.error:
                continue
    whole = "\n".join(texts).casefold()
    return {word for word in words if word.casefold() in whole}


def find_in_caches(*words: str) -> set[tuple[str, str]]:
    """Return (key, word) for each word in a cache of the process."""
    found = set()
    for cache in caches.all():
        for key, packed in getattr(cache, "_cache", {}).items():
            value = pickle.loads(packed) if isinstance(packed, bytes) else packed
            found |= {(key, word) for word in find_in(repr((key, value)), words)}
    return found


def find_in_files(*words: str) -> set[tuple[str, str]]:
    """Return (path, word) for each word in the names and contents of stored files."""
    from pathlib import Path

    found = set()
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found |= {(str(path), word) for word in find_in(content, words)}
        found |= {(str(path), word) for word in find_in(path.name, words)}
    return found


def find_in_logs(records, *words: str) -> set[tuple[str, str]]:
    """Return (logger, word) for each word in a message, its arguments or its traceback."""
    found = set()
    for record in records:
        text = record.getMessage() + repr(record.args)
        if record.exc_info:
            text += repr(record.exc_info[1])
        found |= {(record.name, word) for word in find_in(text, words)}
    return found
