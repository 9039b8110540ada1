"""Look up the ban that applies to the author of a new comment."""

import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Ban, Comment
from cx_feedback.comments.submission.author import Actor, Author
from cx_feedback.comments.submission.author_key import get_author_keys
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FieldErrors, Refused


class Banned(Refused):
    """The author is banned; ``until`` says when a suspension ends, None for a ban for good."""

    code = "banned"

    def __init__(
        self, detail: Any, *, fields: FieldErrors, until: datetime.datetime | None
    ) -> None:
        super().__init__(detail, fields=fields)
        self.until = until

    def get_members(self) -> dict[str, Any]:
        return {"until": self.until and self.until.isoformat()}


#: Seconds to remember that the site has no bans. A new ban clears this at once.
CACHE_SECONDS = 60
_NONE = "cx:comments:no-bans"


def find_active_ban(author_keys: list[str], author: Author) -> Ban | None:
    """Return the active ban of an author: an open one before a shadow ban, then the longest."""
    reader_id = author.reader.pk if author.reader else None
    return _find_ban(author_keys, reader_id, author.client_hash)


def find_ban_of_comment(comment: Comment, client_hash: str = "") -> Ban | None:
    """Return the active ban of the author of a stored comment, or of the network address from
    which the author changes it.
    """
    return _find_ban([comment.author_key], comment.reader_id, comment.client_hash, client_hash)


def find_ban_of_actor(actor: Actor) -> Ban | None:
    """Return the active ban of an actor, by account or email address, reader or network address."""
    return _find_ban(*_get_keys(actor))


def get_bans_of_actor(actor: Actor) -> QuerySet[Ban]:
    """Return all active bans of an actor."""
    return Ban.objects.active().filter(_match_bans(*_get_keys(actor)))


def _get_keys(actor: Actor) -> tuple[list[str], int | None, str]:
    user_id = actor.user.pk if actor.user else None
    email = (actor.reader.email or "") if actor.reader else ""
    keys = get_author_keys(user_id=user_id, email=email)
    return keys, actor.reader.pk if actor.reader else None, actor.client_hash


def refuse_banned_actor(actor: Actor) -> Ban | None:
    """Return the shadow ban of an actor, if any. Raises Banned for an open one."""
    ban = find_ban_of_actor(actor)
    if ban is not None and not ban.shadow:
        raise Banned(get_ban_message(ban), fields={}, until=ban.until)
    return ban


def _find_ban(author_keys: list[str], reader_id: int | None, *client_hashes: str) -> Ban | None:
    if cache.get(_NONE):
        return None
    active = Ban.objects.active()
    last = F("until").desc(nulls_first=True)
    matches = _match_bans(author_keys, reader_id, *client_hashes)
    found = active.filter(matches).order_by("shadow", last, "pk").first()
    if found is None and not active.exists():
        cache.set(_NONE, 1, CACHE_SECONDS)
    return found


def _match_bans(author_keys: list[str], reader_id: int | None, *client_hashes: str) -> Q:
    matches = Q(pk__in=[])
    for kind, key in (
        *((Ban.Kind.AUTHOR, each) for each in author_keys),
        (Ban.Kind.READER, str(reader_id or "")),
        *((Ban.Kind.CLIENT, each) for each in client_hashes),
    ):
        if key:
            matches |= Q(kind=kind, key=key)
    return matches


def clear_ban_cache(**kwargs: Any) -> None:
    """Query the table again after a ban has been created."""
    cache.delete(_NONE)


def get_ban_error(ban: Ban) -> Refused:
    """Return the error for a banned author, at the field that identifies the author."""
    message = get_ban_message(ban)
    fields = {"email" if ban.kind == Ban.Kind.AUTHOR else "name": [message]}
    return Banned(message, fields=fields, until=ban.until)


def get_ban_message(ban: Ban) -> str:
    """Return what a banned author is told."""
    message = _("You can no longer comment here.")
    if ban.until is not None:
        until = timezone.localtime(ban.until).strftime("%Y-%m-%d %H:%M")
        message = _("You can't comment here until %s.") % until
    return f"{message} {ban.message}" if ban.message else message
