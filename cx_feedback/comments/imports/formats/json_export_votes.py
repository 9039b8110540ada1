"""Reads the votes and flags of the JSON export, which ``exports.vote_records`` writes."""

from typing import Any

from cx_feedback.comments.imports.records import FLAG, VOTE, Entry
from cx_feedback.comments.models import Flag
from cx_feedback.comments.models.thread_paths import is_key
from cx_feedback.comments.rendering.reactions import LIKE, REACTIONS
from cx_feedback.comments.submission.flag_input import TEXT_LENGTH
from cx_feedback.core.text import text_cleaning

KINDS = (VOTE, FLAG)


def parse_vote_record(
    record: dict[str, Any], *, page: str, written: Any, line: int
) -> Entry | None:
    """Return the vote or flag of ``record``, None if it isn't valid."""
    kind, comment, reader = str(record["type"]), record.get("comment"), record.get("reader")
    if not (isinstance(comment, str) and is_key(comment) and isinstance(reader, str)):
        return None
    reader = text_cleaning.clean_text(reader[:64], one_line=True)
    if not reader:
        return None
    shared: dict[str, Any] = {
        "id": f"{kind} {comment} {reader}",
        "post": page,
        "parent": comment,
        "kind": kind,
        "written": written,
        "reader": reader,
        "line": line,
    }
    if kind == FLAG:
        reason, text, state = (record.get(name) for name in ("reason", "text", "state"))
        return Entry(
            **shared,
            detail=str(reason if reason in Flag.Reason.values else Flag.Reason.OTHER),
            text=text_cleaning.clean_text(text[:TEXT_LENGTH]) if isinstance(text, str) else "",
            state=str(state if state in Flag.State.values else Flag.State.OPEN),
        )
    value, reaction = record.get("value"), record.get("reaction")
    if isinstance(value, bool) or value not in (1, -1):
        return None
    named = value == 1 and reaction != LIKE and reaction in list(REACTIONS)
    return Entry(**shared, value=int(value), detail=str(reaction) if named else "", state="")
