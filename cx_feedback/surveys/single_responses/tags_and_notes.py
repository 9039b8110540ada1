"""The tags and notes of the responses on a page, and the tags of their survey."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import CharField, IntegerField, Value

from cx_feedback.surveys.models import ResponseNote, ResponseTag

#: Tags that are offered, in alphabetical order.
MAX_TAGS = 200
_OFFERED, _TAG, _NOTE = range(3)


@dataclass
class Attachments:
    """Tags and numbers of notes by response id, and all tags of the survey."""

    tags: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    offered: list[str] = field(default_factory=list)


def get_attachments(survey_ids: list[int], response_ids: list[int]) -> Attachments:
    """Return what is attached to responses; one query."""
    names = ResponseTag.objects.filter(survey_id__in=survey_ids)
    offered = names.order_by().annotate(
        kind=Value(_OFFERED, IntegerField()), row=Value(0, IntegerField())
    )
    tags = (
        ResponseTag.objects.filter(response_id__in=response_ids)
        .order_by()
        .annotate(kind=Value(_TAG, IntegerField()))
    )
    notes = (
        ResponseNote.objects.filter(response_id__in=response_ids)
        .order_by()
        .annotate(kind=Value(_NOTE, IntegerField()), word=Value("", CharField()))
    )
    rows = (
        offered.values_list("kind", "row", "name")
        .distinct()
        .union(
            tags.values_list("kind", "response_id", "name"),
            notes.values_list("kind", "response_id", "word"),
            all=True,
        )
    )
    found = Attachments()
    for kind, pk, word in rows:
        if kind == _OFFERED:
            found.offered.append(word)
        elif kind == _TAG:
            found.tags[pk].append(word)
        else:
            found.notes[pk] += 1
    found.offered = sorted(found.offered, key=str.casefold)[:MAX_TAGS]
    for words in found.tags.values():
        words.sort(key=str.casefold)
    return found
