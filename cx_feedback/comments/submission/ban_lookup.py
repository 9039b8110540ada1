"""Who is banned from commenting, looked up with every comment that comes in."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Ban
from cx_feedback.comments.submission.author import Author
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import Refused

#: Seconds for which a site without any ban is not asked again; a new ban ends that at once.
CACHE_SECONDS = 60
_NONE = "cx:comments:no-bans"


def find_active_ban(author_key: str, author: Author) -> Ban | None:
    """Return the ban that holds for an author: an open one before a shadow ban."""
    if cache.get(_NONE):
        return None
    whose = Q(pk__in=[])
    for kind, key in (
        (Ban.Kind.AUTHOR, author_key),
        (Ban.Kind.READER, str(author.reader.pk) if author.reader else ""),
        (Ban.Kind.CLIENT, author.client_hash),
    ):
        if key:
            whose |= Q(kind=kind, key=key)
    holds = Ban.objects.filter(Q(until=None) | Q(until__gt=timezone.now()), lifted_at__isnull=True)
    found = holds.filter(whose).order_by("shadow").first()
    if found is None and not holds.exists():
        cache.set(_NONE, 1, CACHE_SECONDS)
    return found


def clear_ban_cache(**kwargs: Any) -> None:
    """Look into the table again: a ban was made."""
    cache.delete(_NONE)


def get_ban_error(ban: Ban) -> Refused:
    """Return what a banned author is told, at the field that the ban goes by."""
    said = _("You cannot comment here any more.")
    if ban.until is not None:
        until = timezone.localtime(ban.until).strftime("%Y-%m-%d %H:%M")
        said = _("You cannot comment here until %s.") % until
    return Refused(said, fields={"email" if ban.kind == Ban.Kind.AUTHOR else "name": [said]})
