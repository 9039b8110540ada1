"""Who is behind a request: the reader of the cookie, the account of the session."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase

from cx_feedback.comments.services import Posted
from cx_feedback.comments.submission.actor import Actor
from cx_feedback.core.http.origin import may_use_cookies
from cx_feedback.readers import reader_lookup
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader


def account_of(request: HttpRequest) -> Any:
    """Return the account that is logged in, None where cookies may not speak."""
    user: Any = getattr(request, "user", None) if may_use_cookies(request) else None
    return user if user is not None and user.is_authenticated and user.is_active else None


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, without beginning a reader."""
    user = account_of(request)
    own = Reader.objects.filter(user=user).first() if user else None
    return Actor(reader_lookup.heed(request, own) or reader_lookup.reader_of(request), user)


def actor_for_act(request: HttpRequest) -> Actor:
    """Return who acts, a new reader at the first act; an account has one reader everywhere."""
    user = account_of(request)
    if user is None:
        return Actor(reader_lookup.reader_for_act(request))
    return Actor(_reader_of_account(request, user), user)


def _reader_of_account(request: HttpRequest, user: Any) -> Reader | None:
    own = reader_lookup.heed(request, Reader.objects.filter(user=user).first())
    if own is not None:
        return own
    reader = reader_lookup.reader_for_act(request)
    if reader is not None and reader.user_id not in (None, user.pk):
        reader = readers.begin(language=reader.language)  # a browser that two accounts share
    try:
        with transaction.atomic():
            Reader.objects.filter(pk=reader.pk).update(user=user)  # type: ignore[union-attr]
    except IntegrityError:  # begun by another request at the same moment
        return Reader.objects.get(user=user)
    return reader


def reader_to_remember(posted: Posted) -> Reader | None:
    """Return the reader whom a cookie tells again; None for an account, which needs none."""
    return None if posted.comment.user_id else posted.reader


def remember(request: HttpRequest, response: HttpResponseBase, actor: Actor) -> HttpResponseBase:
    """Set the reader's cookie on the answer of an act; an account needs none."""
    if actor.user:
        return response
    return reader_lookup.remember(request, response, actor.reader, seconds=reader_lookup.CHANGEABLE)
