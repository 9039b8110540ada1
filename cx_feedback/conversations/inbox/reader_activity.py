"""The newest acts of a reader, beside their conversation: of the ledger and of other rooms."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core import signals
from cx_feedback.core.rooms.timeline_entries import Entry
from cx_feedback.core.rooms.titles import Name, get_names
from cx_feedback.readers.models import Activity, Reader

#: Entries that are shown.
MOST = 15
#: Kind of activity to the key of an id in its detail, and to the kind of name of that id.
_NAME_KINDS = {
    "response": ("survey", "survey"),
    "nps": ("survey", "survey"),
    "comment": ("comment", "comment"),
    "comment_approved": ("comment", "comment"),
    "subscription": ("list", "mailing_list"),
    "follow_up": ("rule", "rule"),
}


def get_activity(reader_id: int, *, most: int = MOST) -> list[Entry]:
    """Return the newest entries of a reader, the newest first."""
    before = timezone.now() + datetime.timedelta(seconds=1)
    rows = list(
        Activity.objects.filter(reader=reader_id, at__lt=before).order_by("-at", "-pk")[:most]
    )
    found = _build_entries(rows)
    asked: dict[str, Any] = {"reader_id": reader_id, "before": before, "most": most}
    for entries in signals.collect_answers(signals.timeline_asked, Reader, **asked):
        found.extend(entries)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:most]


def _build_entries(rows: list[Activity]) -> list[Entry]:
    pages = get_names("page", {row.page_id for row in rows})
    wanted: dict[str, set[int]] = {}
    for row in rows:
        key, kind = _NAME_KINDS.get(row.kind, ("", ""))
        if isinstance(row.detail.get(key), int):
            wanted.setdefault(kind, set()).add(row.detail[key])
    names = {kind: get_names(kind, ids) for kind, ids in wanted.items()}
    entries = []
    for row in rows:
        key, kind = _NAME_KINDS.get(row.kind, ("", ""))
        thing = names.get(kind, {}).get(row.detail.get(key), Name(""))
        page = pages.get(row.page_id or 0, Name(""))
        text = " · ".join(part for part in (thing.title, page.title) if part)
        entries.append(Entry(row.at, _get_title(row.kind), text, thing.url or page.url))
    return entries


def _get_title(kind: str) -> str:
    titles = {
        "response": pgettext("reader's act", "Answered a survey"),
        "nps": pgettext("reader's act", "Said whether they recommend the site"),
        "comment": pgettext("reader's act", "Wrote a comment"),
        "comment_approved": pgettext("reader's act", "A comment of theirs was approved"),
        "subscription": pgettext("reader's act", "Subscribed"),
        "follow_up": pgettext("reader's act", "Got an email of a follow-up rule"),
        "letter": _("Wrote to the editors"),
    }
    return titles.get(kind, kind)
