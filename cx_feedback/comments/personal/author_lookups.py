"""Lookups of bans and notes: by a person's comments, or by hashes of address and account."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from cx_feedback.comments.models import AuthorNote, Ban, Comment
from cx_feedback.comments.selectors import get_comments_of_person
from cx_feedback.comments.submission.author_key import get_author_keys
from cx_feedback.core.privacy.lookups import FoundBy, Lookup, Person
from cx_feedback.readers.models import Reader


def _get_comments(person: Person) -> QuerySet[Comment]:
    return get_comments_of_person(reader_ids=list(person.reader_ids), email=person.email)


def _get_own_keys(person: Person) -> list[str]:
    """Return the author keys of a person's accounts and of their address."""
    readers = Reader.objects.filter(pk__in=person.reader_ids).exclude(user=None)
    accounts = readers.values_list("user_id", flat=True)
    keys = [key for pk in accounts for key in get_author_keys(user_id=pk)]
    return [*keys, *get_author_keys(email=person.email)]


class BanLookup(Lookup):
    """A person's present and past bans, by comment, address, account or browser."""

    found_by = (FoundBy.READER, FoundBy.HASH, FoundBy.PARENT)

    def find_rows(self, model: type[Ban], person: Person) -> QuerySet[Ban]:  # type: ignore[override]
        written = list(_get_comments(person).values_list("pk", flat=True))
        whose = Q(comment__in=written)
        whose |= Q(kind=Ban.Kind.READER, key__in=[str(pk) for pk in person.reader_ids])
        whose |= Q(kind=Ban.Kind.AUTHOR, key__in=_get_own_keys(person))
        return Ban.objects.filter(whose)


class NoteLookup(Lookup):
    """Moderators' notes on a person, by proved address, account or reader.

    By an address that the person only typed, if nobody else wrote with it.
    """

    found_by = (FoundBy.READER, FoundBy.HASH)

    def find_rows(  # type: ignore[override]
        self, model: type[AuthorNote], person: Person
    ) -> QuerySet[AuthorNote]:
        written = _get_comments(person).order_by()
        proved = written.filter(verified=True).values_list("author_key", flat=True).distinct()
        keys = {*proved, *_get_own_keys(person)} - {""}
        whose = Q(author_key__in=keys) | Q(reader__in=person.reader_ids)
        # An address that was only typed may be somebody else's, who wrote comments with it.
        mine = list(written.values_list("pk", flat=True))
        others = Comment.objects.filter(author_key=OuterRef("author_key")).exclude(pk__in=mine)
        typed = Q(~Exists(others), comment__in=mine)
        return AuthorNote.objects.filter(whose | typed)
