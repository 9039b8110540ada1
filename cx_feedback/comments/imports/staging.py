"""Stores the records of a file on disk until all of the file has been read.

An SQLite database in a temporary directory finds duplicate IDs, comments whose parent comes later
or never, and cycles, in memory that doesn't grow with the file. It is deleted after the import.
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

from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.records import Author, Entry, Post

_FIELDS = [f.name for f in fields(Entry)]
_VALUES = attrgetter(*_FIELDS)
_MOMENTS = {"written", "published", "decided"}
_COLUMNS = ", ".join(f'"{name}"' for name in _FIELDS)
_SCHEMA = f"""
CREATE TABLE post (number INTEGER PRIMARY KEY, id TEXT UNIQUE, data TEXT, thread INTEGER);
CREATE TABLE entry (number INTEGER PRIMARY KEY, {_COLUMNS}, UNIQUE (id));
CREATE TABLE place (id TEXT PRIMARY KEY, level INTEGER) WITHOUT ROWID;
"""
#: Stores the level of all comments that are below those of the first level.
_WALK = """
WITH RECURSIVE walk (id, post, level) AS (
    {start}
    UNION ALL
    SELECT entry.id, entry.post, walk.level + 1 FROM walk
        JOIN entry ON entry.parent = walk.id AND entry.post = walk.post
)
INSERT OR IGNORE INTO place SELECT id, level FROM walk
"""
#: First-level comments, and those whose parent isn't in the same post of the file.
_TOP = """
SELECT entry.id, entry.post, 0 FROM entry LEFT JOIN entry above
    ON above.id = entry.parent AND above.post = entry.post AND above.kind = 'comment'
    WHERE above.id IS NULL
"""


class Staging:
    """The posts and entries of one file, as a context manager."""

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
        """Store a post and return whether its ID is new."""
        data = asdict(post)
        data["date"] = post.date.isoformat() if post.date else None
        row = (post.id, json.dumps(data))
        done = self.database.execute("INSERT OR IGNORE INTO post (id, data) VALUES (?, ?)", row)
        return done.rowcount == 1

    def add_entry(self, entry: Entry) -> bool:
        """Store an entry and return whether its ID is new."""
        row = [v.isoformat() if isinstance(v, datetime.datetime) else v for v in _VALUES(entry)]
        marks = ", ".join("?" * len(row))
        statement = f"INSERT OR IGNORE INTO entry ({_COLUMNS}) VALUES ({marks})"
        return self.database.execute(statement, row).rowcount == 1

    def assign_levels(self, report: ImportReport) -> None:
        """Find the level of each comment, so that parents can be stored before their replies.

        A cycle of replies is broken at its oldest comment, which is reported.
        """
        self.database.execute("CREATE INDEX entry_parent ON entry (parent)")
        self.database.execute(_WALK.format(start=_TOP))
        number = 0
        while found := self._find_unplaced(number):
            number, start = found
            freed, post, kind, line = self._find_cycle(start)
            report.add_remark("cycle", kind, freed, line)
            self.database.execute("UPDATE entry SET parent = '' WHERE id = ?", [freed])
            self.database.execute(_WALK.format(start="SELECT ?, ?, 0"), [freed, post])

    def _find_unplaced(self, number: int) -> tuple[int, str] | None:
        """Return the first entry from ``number`` on that has no level yet."""
        found: tuple[int, str] | None = self.database.execute(
            "SELECT number, id FROM entry WHERE number >= ?"
            " AND NOT EXISTS (SELECT 1 FROM place WHERE place.id = entry.id)"
            " ORDER BY number LIMIT 1",
            [number],
        ).fetchone()
        return found

    def _find_cycle(self, start: str) -> tuple[str, str, str, int]:
        """Return the oldest comment of the cycle that is reached from ``start``."""
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

    def iterate_posts(self) -> Iterator[Post]:
        """Yield the posts in the order of the file."""
        number = 0
        # One query each, so that threads can be stored in between.
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
        """Store the ID of the thread of a post."""
        self.database.execute("UPDATE post SET thread = ? WHERE id = ?", [thread_id, post.id])

    def has_entries(self, post: Post) -> bool:
        """Return whether the post has entries."""
        rows = self.database.execute("SELECT 1 FROM entry WHERE post = ? LIMIT 1", [post.id])
        return rows.fetchone() is not None

    def count_entries(self) -> int:
        """Return the number of entries."""
        return int(self.database.execute("SELECT count(*) FROM entry").fetchone()[0])

    def iterate_entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield thread ID and entry, post by post, with parents before their replies."""
        names = ", ".join(f'entry."{name}"' for name in _FIELDS)
        rows = self.database.execute(
            f"SELECT post.thread, {names} FROM entry JOIN post ON post.id = entry.post"
            " JOIN place ON place.id = entry.id WHERE post.thread IS NOT NULL"
            " ORDER BY post.number, place.level, entry.number"
        )
        for thread_id, *values in rows:
            yield thread_id, _build_entry(values)

    def iterate_left_out(self) -> Iterator[tuple[Entry, bool]]:
        """Yield the entries whose post has no page, and whether their post is in the file."""
        names = ", ".join(f'entry."{name}"' for name in _FIELDS)
        rows = self.database.execute(
            f"SELECT post.id IS NOT NULL, {names} FROM entry LEFT JOIN post ON post.id = entry.post"
            " WHERE post.thread IS NULL ORDER BY entry.number"
        )
        for has_post, *values in rows:
            yield _build_entry(values), bool(has_post)


def _build_entry(values: Iterable[Any]) -> Entry:
    data = dict(zip(_FIELDS, values, strict=True))
    for name in _MOMENTS:
        data[name] = data[name] and datetime.datetime.fromisoformat(data[name])
    return Entry(**data)
