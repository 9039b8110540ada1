"""The counts of a batch of an import."""

from collections import Counter
from dataclasses import dataclass, field

from cx_feedback.comments.imports.records import Entry

#: The ID of a thread, and an entry to store in it.
PlacedEntry = tuple[int, Entry]


@dataclass
class BatchResult:
    """The counts of a batch, which are added to the report once it is committed."""

    comments: Counter[str] = field(default_factory=Counter)
    mentions: Counter[str] = field(default_factory=Counter)
    votes: Counter[str] = field(default_factory=Counter)
    known: int = 0
    remarks: list[tuple[str, Entry]] = field(default_factory=list)
