"""Let simulated readers talk to each other, and let the authors reply."""

import datetime
from typing import Any

from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.submission import comment_input
from cx_feedback.readers.models import Reader
from cx_feedback.readers.services import record_act
from example_site.building.content import read_yaml
from example_site.magazine.models import ArticlePage, Person
from example_site.simulation.calendar import Calendar

DECIDED_AFTER = datetime.timedelta(hours=5)
NIGHT_ENDS = 7


class Conversations:
    """Writes the comments of a file below their articles, each at a time of its own."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.authors = set(Person.objects.values_list("name", flat=True))
        self.speakers: dict[tuple[str, str], Reader] = {}
        self.used: set[int] = set()
        self.written = 0

    def speaker(self, name: str, page: ArticlePage) -> Reader | None:
        """Return the reader who goes by this name.

        None for the magazine's own authors, and where too few readers came to lend their names.
        """
        if name in self.authors:
            return None
        language = page.locale.language_code
        if (language, name) not in self.speakers:
            free = [
                row
                for row, reader in enumerate(self.calendar.readers)
                if reader.language == language
                and row not in self.used
                and self.calendar.days[row][-1] > page.date
            ]
            if not free:
                return None
            row = free[int(self.calendar.rng.integers(len(free)))]
            self.used.add(row)
            self.speakers[language, name] = self.calendar.readers[row]
        return self.speakers[language, name]

    def when(self, after: datetime.datetime, hours: float) -> datetime.datetime:
        """Return an instant within so many hours after another, and never in the future."""
        wait = datetime.timedelta(hours=float(self.calendar.rng.uniform(2, hours)))
        at = timezone.localtime(after + wait)
        if at.hour < NIGHT_ENDS:
            at += datetime.timedelta(hours=NIGHT_ENDS)
        return min(at, timezone.now() - DECIDED_AFTER)

    def write(
        self,
        entry: dict[str, Any],
        page: ArticlePage,
        at: datetime.datetime,
        parent: Comment | None = None,
    ) -> None:
        """Write one comment at its time, and then those below it."""
        data = {"name": entry["author"], "text": entry["text"]}
        if parent is not None:
            data["parent"] = str(parent.pk)
        draft = comment_input.parse_comment(
            data, page_id=page.pk, language=page.locale.language_code
        )
        comment = services.store_comment(draft=draft).comment
        self._date(comment, self.speaker(entry["author"], page), page, at)
        state = entry.get("state", State.PUBLISHED)
        if state == State.PUBLISHED:
            services.approve_comments(ids=[comment.pk])
            decided = at + DECIDED_AFTER
            Comment.objects.filter(pk=comment.pk).update(decided_at=decided, published_at=decided)
        elif state == State.SPAM:
            services.mark_spam(ids=[comment.pk])
        self.written += 1
        comment.refresh_from_db()
        for reply in entry.get("replies", []):
            at = self.when(at, 20)
            self.write(reply, page, at, comment)

    @staticmethod
    def _date(
        comment: Comment, reader: Reader | None, page: ArticlePage, at: datetime.datetime
    ) -> None:
        """Move a comment to its time, and note it among its reader's acts."""
        Comment.objects.filter(pk=comment.pk).update(created_at=at, reader=reader)
        if reader is not None:
            record_act(reader=reader, kind="comment", page_id=page.pk, object_id=comment.pk, at=at)


def converse(calendar: Calendar) -> int:
    """Write all conversations, below the oldest article first; return how many comments."""
    conversations = Conversations(calendar)
    for key, entries in read_yaml("simulated.yaml")["comments"].items():
        language, _slash, slug = key.rpartition("/")
        page = ArticlePage.objects.get(slug=slug, locale__language_code="es")
        if language:
            page = page.get_translations().get(locale__language_code=language)
        at = calendar.instant(page.date)
        for entry in entries:
            at = conversations.when(at, 90)
            conversations.write(entry, page, at)
    return conversations.written
