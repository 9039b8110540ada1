"""The history of a reader: activities, visit days, consents, and entries of other rooms."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core import signals
from cx_feedback.core.rooms.timeline_entries import Entry
from cx_feedback.core.rooms.titles import Name, get_names
from cx_feedback.loyalty.models import Silence
from cx_feedback.loyalty.reports.report_models import Attitude
from cx_feedback.loyalty.reports.wording import describe_emotion
from cx_feedback.readers.models import Activity, Consent, Reader, VisitDay

#: Entries on one page.
PAGE_SIZE = 100
#: Kind of activity to the key of an id in its detail, and to the kind of name of that id.
NAME_KINDS = {
    "response": ("survey", "survey"),
    "nps": ("survey", "survey"),
    "comment": ("comment", "comment"),
    "comment_approved": ("comment", "comment"),
    "subscription": ("list", "mailing_list"),
    "follow_up": ("rule", "rule"),
}
#: The icon of a day with a visit.
VISIT = "view"
ICONS = {
    "response": "form",
    "nps": "cx-gauge",
    "comment": "comment",
    "comment_approved": "comment",
    "subscription": "mail",
    "follow_up": "cx-send",
}


@dataclass(frozen=True)
class Timeline:
    """Entries, the newest first; ``older`` is the ``before`` of the next page."""

    entries: list[Entry]
    older: datetime.datetime | None


def get_timeline(
    reader: Reader, *, before: datetime.datetime | None = None, most: int = PAGE_SIZE
) -> Timeline:
    """Return the newest ``most`` entries before a moment, by default now."""
    before = before or timezone.now() + datetime.timedelta(seconds=1)
    asked = {"reader_id": reader.pk, "before": before, "most": most + 1}
    found = [
        *_iter_act_entries(reader, before, most + 1),
        *_iter_visit_entries(reader, before, most + 1),
        *_iter_consent_entries(reader, before),
        *_iter_silence_entries(reader, before),
    ]
    for entries in signals.collect_answers(signals.timeline_asked, Reader, **asked):
        found.extend(entries)
    found.sort(key=lambda entry: entry.at, reverse=True)
    if len(found) <= most:
        return Timeline(found, None)
    last = found[most - 1].at  # with all entries of that moment, or the next page would miss some
    return Timeline([entry for entry in found if entry.at >= last], last)


def fold_visits(entries: list[Entry]) -> list[Entry]:
    """Return the entries with consecutive visit days of a month merged into one.

    The merged entry has the newest day, and the days of the month as its text.
    """
    found: list[Entry] = []
    alike = groupby(entries, key=lambda entry: (entry.icon == VISIT, f"{entry.at:%Y-%m}"))
    for (is_visit, _month), group in alike:
        some = list(group)
        if not is_visit or len(some) == 1:
            found.extend(some)
            continue
        days = ", ".join(str(timezone.localtime(entry.at).day) for entry in reversed(some))
        title = _("Was here on %(n)d days") % {"n": len(some)}
        found.append(replace(some[0], title=title, text=days))
    return found


def _iter_act_entries(reader: Reader, before: datetime.datetime, most: int) -> Iterator[Entry]:
    rows = list(reader.activities.filter(at__lt=before).order_by("-at", "-pk")[:most])
    pages = get_names("page", {row.page_id for row in rows})
    names = {kind: get_names(kind, ids) for kind, ids in _collect_ids(rows).items()}
    for row in rows:
        key, kind = NAME_KINDS.get(row.kind, ("", ""))
        thing = names.get(kind, {}).get(row.detail.get(key), Name(""))
        page = pages.get(row.page_id or 0, Name(""))
        said = [thing.title, _describe_answer(row.detail), _get_page_phrase(page)]
        yield Entry(
            at=row.at,
            title=_get_act_title(row),
            text=" · ".join(part for part in said if part),
            url=thing.url or page.url,
            icon=ICONS.get(row.kind, "history"),
        )


def _collect_ids(rows: list[Activity]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        key, kind = NAME_KINDS.get(row.kind, ("", ""))
        if isinstance(row.detail.get(key), int):
            found.setdefault(kind, set()).add(row.detail[key])
    return found


def _get_act_title(row: Activity) -> str:
    if row.kind == "follow_up" and row.detail.get("held_back"):
        return _("In the control group of a follow-up rule")
    titles = {
        "response": pgettext("loyalty", "Answered a survey"),
        "nps": _("Said whether they recommend the site"),
        "comment": pgettext("loyalty", "Wrote a comment"),
        "comment_approved": _("A comment of theirs was approved"),
        "subscription": pgettext("loyalty", "Subscribed"),
        "follow_up": _("Got an email of a follow-up rule"),
        "letter": _("Wrote to the editors"),
    }
    return titles.get(row.kind, row.kind)


def _describe_answer(detail: dict[str, Any]) -> str:
    """Return the scores and emotions of an answer in words."""
    parts = []
    if detail.get("score") is not None and detail.get("class") in Attitude.Class.values:
        label = Attitude.Class(detail["class"]).label
        parts.append(
            pgettext("loyalty", "%(score)s of 10 (%(class)s)")
            % {"score": detail["score"], "class": label}
        )
    if feeling := describe_emotion(
        detail.get("emotion_words") or detail.get("emotion"), detail.get("emotional_value")
    ):
        parts.append(pgettext("loyalty", "emotion: %s") % feeling)
    if detail.get("csat") is not None:
        parts.append(pgettext("loyalty", "satisfaction: %s") % detail["csat"])
    if detail.get("ces") is not None:
        parts.append(pgettext("loyalty", "effort: %s") % detail["ces"])
    return ", ".join(parts)


def _get_page_phrase(page: Name) -> str:
    return pgettext("loyalty", "on “%s”") % page.title if page.title else ""


def _iter_visit_entries(reader: Reader, before: datetime.datetime, most: int) -> Iterator[Entry]:
    """Yield the visit days at their first moment, before the activities of the day."""
    days = VisitDay.objects.filter(reader=reader, day__lte=timezone.localdate(before))
    for day in days.order_by("-day").values_list("day", flat=True)[:most]:
        at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(0, 0)))
        if at < before:
            yield Entry(at=at, title=pgettext("loyalty", "Was here"), icon=VISIT, whole_day=True)


def _iter_consent_entries(reader: Reader, before: datetime.datetime) -> Iterator[Entry]:
    for consent in Consent.objects.filter(reader=reader, given_at__lt=before):
        what = {Consent.VISITS: pgettext("loyalty", "visits being counted")}.get(
            consent.purpose, consent.purpose
        )
        yield Entry(
            consent.given_at,
            pgettext("loyalty", "Agreed to %s") % what,
            text=consent.wording,
            icon="check",
        )
        if consent.withdrawn_at is not None and consent.withdrawn_at < before:
            yield Entry(consent.withdrawn_at, _("Withdrew the consent to %s") % what, icon="cross")


def _iter_silence_entries(reader: Reader, before: datetime.datetime) -> Iterator[Entry]:
    for silence in Silence.objects.filter(reader=reader):
        events = [
            (silence.fell_silent_on, pgettext("loyalty", "Stopped visiting")),
            (silence.won_back_on, pgettext("loyalty", "Came back")),
        ]
        for day, title in events:
            if day is None:
                continue
            at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59)))
            if at < before:
                yield Entry(at=at, title=title, icon="cx-heart", whole_day=True)
