"""Where the records of a file wait, on disk, until all of it is known to be readable.

An SQLite file of its own in a temporary folder: it finds ids that stand twice, comments whose
parent comes later or never, and circles, in memory that does not grow with the file. Nothing of
it outlives the import.
"""

import datetime
import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from cx_feedback.comments.imports.records import Author, Entry, Post
from cx_feedback.comments.imports.report import Report

_FIELDS = [f.name for f in fields(Entry)]
_VALUES = attrgetter(*_FIELDS)
_MOMENTS = {"written", "published", "decided"}
_COLUMNS = ", ".join(f'"{name}"' for name in _FIELDS)
_SCHEMA = f"""
CREATE TABLE post (number INTEGER PRIMARY KEY, id TEXT UNIQUE, data TEXT, thread INTEGER);
CREATE TABLE entry (number INTEGER PRIMARY KEY, {_COLUMNS}, UNIQUE (id));
CREATE TABLE place (id TEXT PRIMARY KEY, level INTEGER) WITHOUT ROWID;
"""
#: Every comment that can be reached from one that answers none in the file, with its level.
_WALK = """
WITH RECURSIVE walk (id, post, level) AS (
    {start}
    UNION ALL
    SELECT entry.id, entry.post, walk.level + 1 FROM walk
        JOIN entry ON entry.parent = walk.id AND entry.post = walk.post
)
INSERT OR IGNORE INTO place SELECT id, level FROM walk
"""
#: First-level comments, and those whose parent the file does not have in the same post.
_TOP = """
SELECT entry.id, entry.post, 0 FROM entry LEFT JOIN entry above
    ON above.id = entry.parent AND above.post = entry.post AND above.kind = 'comment'
    WHERE above.id IS NULL
"""


class Staging:
    """The posts and entries of one file. Use it as a context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cx-import-")
        path = Path(self._folder.name) / "staging.sqlite3"
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
            f"PRAGMA cache_size = -8000; {_SCHEMA}"
        )

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *error: Any) -> None:
        self.database.close()
        self._folder.cleanup()

    def add_post(self, post: Post) -> bool:
        """Keep a post; return whether its id is new."""
        data = asdict(post)
        data["date"] = post.date.isoformat() if post.date else None
        row = (post.id, json.dumps(data))
        done = self.database.execute("INSERT OR IGNORE INTO post (id, data) VALUES (?, ?)", row)
        return done.rowcount == 1

    def add_entry(self, entry: Entry) -> bool:
        """Keep an entry; return whether its id is new."""
        row = [v.isoformat() if isinstance(v, datetime.datetime) else v for v in _VALUES(entry)]
        marks = ", ".join("?" * len(row))
        statement = f"INSERT OR IGNORE INTO entry ({_COLUMNS}) VALUES ({marks})"
        return self.database.execute(statement, row).rowcount == 1

    def arrange(self, report: Report) -> None:
        """Find every comment's level, so that what is answered can be stored before answers.

        A comment in a circle of answers is freed from it and noted.
        """
        self.database.execute("CREATE INDEX entry_parent ON entry (parent)")
        self.database.execute(_WALK.format(start=_TOP))
        number = 0
        while found := self._unplaced(number):
            number, start = found
            freed, post, kind, line = self._on_circle(start)
            report.remark("cycle", kind, freed, line)
            self.database.execute("UPDATE entry SET parent = '' WHERE id = ?", [freed])
            self.database.execute(_WALK.format(start="SELECT ?, ?, 0"), [freed, post])

    def _unplaced(self, number: int) -> tuple[int, str] | None:
        """Return the first entry, from ``number`` on, that no walk has reached."""
        found: tuple[int, str] | None = self.database.execute(
            "SELECT number, id FROM entry WHERE number >= ?"
            " AND NOT EXISTS (SELECT 1 FROM place WHERE place.id = entry.id)"
            " ORDER BY number LIMIT 1",
            [number],
        ).fetchone()
        return found

    def _on_circle(self, start: str) -> tuple[str, str, str, int]:
        """Follow the answers from ``start`` round; return the oldest of those that come again."""
        above = "SELECT parent FROM entry WHERE id = ?"
        seen: set[str] = set()
        while start not in seen:
            seen.add(start)
            start = self.database.execute(above, [start]).fetchone()[0]
        about = "SELECT written, number, id, post, kind, line, parent FROM entry WHERE id = ?"
        oldest = row = self.database.execute(about, [start]).fetchone()
        while row[6] != start:
            row = self.database.execute(about, [row[6]]).fetchone()
            oldest = min(oldest, row)
        found: tuple[str, str, str, int] = oldest[2:6]
        return found

    def posts(self) -> Iterator[Post]:
        """Yield the posts in the order of the file."""
        number = 0
        # One by one, so that threads can be noted in between.
        while row := self.database.execute(
            "SELECT number, data FROM post WHERE number > ? ORDER BY number LIMIT 1", [number]
        ).fetchone():
            number = row[0]
            data = json.loads(row[1])
            data["author"] = Author(**data["author"])
            data["date"] = data["date"] and datetime.datetime.fromisoformat(data["date"])
            data["categories"], data["tags"] = tuple(data["categories"]), tuple(data["tags"])
            yield Post(**data)

    def set_thread(self, post: Post, thread_id: int) -> None:
        """Note the thread that the entries of a post go into."""
        self.database.execute("UPDATE post SET thread = ? WHERE id = ?", [thread_id, post.id])

    def has_entries(self, post: Post) -> bool:
        """Return whether anything hangs on a post."""
        rows = self.database.execute("SELECT 1 FROM entry WHERE post = ? LIMIT 1", [post.id])
        return rows.fetchone() is not None

    def count(self) -> int:
        """Return how many entries the file has."""
        return int(self.database.execute("SELECT count(*) FROM entry").fetchone()[0])

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield thread id and entry, post by post, every comment after the one it answers."""
        names = ", ".join(f'entry."{name}"' for name in _FIELDS)
        rows = self.database.execute(
            f"SELECT post.thread, {names} FROM entry JOIN post ON post.id = entry.post"
            " JOIN place ON place.id = entry.id WHERE post.thread IS NOT NULL"
            " ORDER BY post.number, place.level, entry.number"
        )
        for thread_id, *values in rows:
            yield thread_id, _entry(values)

    def without_thread(self) -> Iterator[tuple[Entry, bool]]:
        """Yield the entries whose post has no page, and whether the file has their post."""
        names = ", ".join(f'entry."{name}"' for name in _FIELDS)
        rows = self.database.execute(
            f"SELECT post.id IS NOT NULL, {names} FROM entry LEFT JOIN post ON post.id = entry.post"
            " WHERE post.thread IS NULL ORDER BY entry.number"
        )
        for has_post, *values in rows:
            yield _entry(values), bool(has_post)


def _entry(values: Iterable[Any]) -> Entry:
    data = dict(zip(_FIELDS, values, strict=True))
    for name in _MOMENTS:
        data[name] = data[name] and datetime.datetime.fromisoformat(data[name])
    return Entry(**data)
