"""Finding the token of a request: in the shared cache for a minute, then in the database.

All reasons for which a token doesn't hold are here: a wrong text, revoked, expired, or of an
account that was deactivated.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import swapper
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.database.replicas import read_from_primary
from cx_feedback.core.errors import Unauthenticated
from cx_feedback.core.people.token_grants import TokenGrant
from cx_feedback.tokens.models import Token
from cx_feedback.tokens.token_text import parse_token_text

#: Seconds for which a token is cached; its last use is written at most as often.
HOLDS = 60
#: What the cache holds of a token that was revoked, until no process can store it any more.
REVOKED = "revoked"
#: What it holds of one that was edited: until no process can store the earlier one any more, each
#: request reads the row.
CHANGED = "changed"


@dataclass(frozen=True)
class StoredToken:
    """The cached part of a token that was not revoked."""

    digest: str
    owner_id: int
    rate: str
    expires_at: datetime.datetime | None
    grant: TokenGrant


def find_token(text: str) -> StoredToken:
    """Return the token with this text; raises Unauthenticated for one that doesn't hold."""
    parsed = parse_token_text(text)
    if parsed is None:
        raise Unauthenticated
    found = cache.get(_get_key(parsed.prefix))
    if found is None or found == CHANGED:
        found = _load_token(parsed.prefix)
        if found is not None:
            # Not over what says that it was revoked or edited meanwhile.
            cache.add(_get_key(parsed.prefix), found, HOLDS)
    if not isinstance(found, StoredToken) or not parsed.matches(found.digest):
        raise Unauthenticated
    if found.expires_at is not None and found.expires_at <= timezone.now():
        raise Unauthenticated
    return found


def get_active_owner(token: StoredToken) -> Any:
    """Return the account of a token; raises Unauthenticated if it was deactivated or deleted.

    This is never cached: an account that is deactivated acts no more at once.
    """
    users = get_user_model()._default_manager
    owner = users.filter(pk=token.owner_id, is_active=True).first()
    if owner is None:
        raise Unauthenticated
    return owner


def forget_token(prefix: str) -> None:
    """Let no process accept the token from the cache any more."""
    cache.delete(_get_key(prefix))  # made up for if the cache is away
    cache.set(_get_key(prefix), REVOKED, 2 * HOLDS)


def reread_token(prefix: str) -> None:
    """Let no process act by what the cache holds of a token that was edited."""
    cache.delete(_get_key(prefix))  # made up for if the cache is away
    cache.set(_get_key(prefix), CHANGED, HOLDS)


def record_use(token: StoredToken) -> None:
    """Store when the token was used, unless that was done within the last minute."""
    if not cache.add(f"cx:token-used:{token.grant.token_id}", 1, HOLDS):
        return
    now = timezone.now()
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - datetime.timedelta(seconds=HOLDS))
    Token.objects.filter(due, pk=token.grant.token_id).update(last_used_at=now)


def _get_key(prefix: str) -> str:
    return f"cx:token:{prefix}"


def _load_token(prefix: str) -> StoredToken | None:
    with read_from_primary():
        row = Token.objects.filter(prefix=prefix, revoked_at=None).first()
        if row is None:
            return None
        pages = swapper.load_model("wagtailcore", "Page").objects
        paths = tuple(pages.filter(pk__in=row.sections).values_list("path", flat=True))
    grant = TokenGrant(row.pk, row.name, frozenset(row.scopes), paths if row.sections else None)
    return StoredToken(row.digest, row.owner_id, row.rate, row.expires_at, grant)
