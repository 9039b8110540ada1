"""Look up the ban that applies to the author of a new comment."""

import datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Ban
from cx_feedback.comments.submission.author import Author
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


def find_active_ban(author_key: str, author: Author) -> Ban | None:
    """Return the active ban of an author: an open one before a shadow ban, then the longest."""
    if cache.get(_NONE):
        return None
    matches = Q(pk__in=[])
    for kind, key in (
        (Ban.Kind.AUTHOR, author_key),
        (Ban.Kind.READER, str(author.reader.pk) if author.reader else ""),
        (Ban.Kind.CLIENT, author.client_hash),
    ):
        if key:
            matches |= Q(kind=kind, key=key)
    active = Ban.objects.active()
    last = F("until").desc(nulls_first=True)
    found = active.filter(matches).order_by("shadow", last, "pk").first()
    if found is None and not active.exists():
        cache.set(_NONE, 1, CACHE_SECONDS)
    return found


def clear_ban_cache(**kwargs: Any) -> None:
    """Query the table again after a ban has been created."""
    cache.delete(_NONE)


def get_ban_error(ban: Ban) -> Refused:
    """Return the error for a banned author, at the field that identifies the author."""
    message = _("You can no longer comment here.")
    if ban.until is not None:
        until = timezone.localtime(ban.until).strftime("%Y-%m-%d %H:%M")
        message = _("You can't comment here until %s.") % until
    if ban.message:
        message = f"{message} {ban.message}"
    fields = {"email" if ban.kind == Ban.Kind.AUTHOR else "name": [message]}
    return Banned(message, fields=fields, until=ban.until)
