"""Bans of accounts or email addresses, browsers and network addresses, with or without an end."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log as log_one

from cx_feedback.comments.models import MESSAGE_LENGTH, Ban, Comment, ModerationEvent, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.decisions import decide_on_comments, lock_comments
from cx_feedback.comments.services.uncounted_votes import move_votes, nudge_counting
from cx_feedback.comments.submission.ban_lookup import clear_ban_cache
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.text_cleaning import clean_text

#: The most waiting comments of a banned author that are marked as spam with the ban.
MAX_SWEPT = 500
#: The last year in which a ban can end: later moments do not exist in every time zone.
LAST_YEAR = 9000


@dataclass(frozen=True)
class BanResult:
    """The new bans, and the batch by which they can be undone."""

    bans: list[Ban]
    batch: uuid.UUID
    #: IDs of the waiting comments that were marked as spam.
    swept: list[int]


def get_ban_keys(comment: Comment) -> dict[str, str]:
    """Return the keys by which a comment's author can be banned, by kind of ban."""
    keys = {
        Ban.Kind.AUTHOR.value: comment.author_key,
        Ban.Kind.READER.value: str(comment.reader_id or ""),
        Ban.Kind.CLIENT.value: comment.client_hash,
    }
    return {kind: key for kind, key in keys.items() if key}


@transaction.atomic
def ban_author(
    *,
    comment_id: int,
    kinds: Iterable[str],
    shadow: bool = False,
    until: datetime.datetime | None = None,
    reason: str = "",
    message: str = "",
    sweep: bool = False,
    moderator: Any = None,
    among: QuerySet[Comment] | None = None,
) -> BanResult:
    """Ban the author of a comment by ``kinds`` (of ``Ban.Kind``), replacing active bans.

    ``sweep`` marks the waiting comments of the author as spam. Raises InvalidInput naming
    ``kinds`` (also for an author who is banned for a comment outside ``among``), ``until`` or
    ``message``. ``message`` is shown to the author who tries to comment.
    """
    now, message = timezone.now(), _check_message(message, shadow=shadow)
    if until is not None and until <= now:
        raise InvalidInput(fields={"until": [_("This time is in the past.")]})
    if until is not None and until.year > LAST_YEAR:
        raise InvalidInput(fields={"until": [_("At most the year %d.") % LAST_YEAR]})
    found = lock_comments([comment_id], among)
    known = get_ban_keys(found[0]) if found else {}
    chosen = {kind: known[kind] for kind in kinds if kind in known}
    if not chosen:
        raise InvalidInput(fields={"kinds": [_("Choose what to ban.")]})
    if among is not None:
        _require_own_bans(chosen, among)
    batch, comment = uuid.uuid4(), found[0]
    same = {
        "shadow": shadow,
        "reason": reason[:200],
        "until": until,
        "batch": batch,
        "message": message,
    }
    common = {**same, "comment": comment, "moderator": moderator, "created_at": now}
    bans = _replace_bans([Ban(kind=kind, key=key, **common) for kind, key in chosen.items()], now)
    transaction.on_commit(clear_ban_cache)
    _record_ban(comment, bans, moderator, now)
    swept = _mark_waiting_as_spam(comment, chosen, batch, moderator, among) if sweep else []
    return BanResult(bans, batch, swept)


def _check_message(message: str, *, shadow: bool) -> str:
    words = clean_text(message)
    if shadow and words:
        raise InvalidInput(fields={"message": [_("Nobody is told of a shadow ban.")]})
    if len(words) > MESSAGE_LENGTH:
        raise InvalidInput(fields={"message": [_("At most %d characters.") % MESSAGE_LENGTH]})
    return words


def _require_own_bans(keys: dict[str, str], among: QuerySet[Comment]) -> None:
    """Raise InvalidInput if active bans by ``keys`` are due to other comments than ``among``.

    A new ban replaces them and can be undone, so it would be a way to lift them.
    """
    others = Ban.objects.active().filter(_match_keys(keys.items()), comment__isnull=False)
    if others.exclude(comment__in=among).exists():
        message = _("This author is already banned for a comment that you don't moderate.")
        raise InvalidInput(fields={"kinds": [message]})


def _match_keys(keys: Iterable[tuple[str, str]]) -> Q:
    same = Q()
    for kind, key in keys:
        same |= Q(kind=kind, key=key)
    return same


def _replace_bans(bans: list[Ban], now: datetime.datetime) -> list[Ban]:
    """Store ``bans`` instead of the active ones. Retries if another request did the same."""
    same = _match_keys((one.kind, one.key) for one in bans)
    try:
        with transaction.atomic():
            Ban.objects.filter(same, lifted_at=None).update(lifted_at=now)
            created = Ban.objects.bulk_create(bans)
    except IntegrityError:
        Ban.objects.filter(same, lifted_at=None).update(lifted_at=now)
        created = Ban.objects.bulk_create(bans)
    move_votes(created)
    return created


def _get_action(ban: Ban) -> str:
    if ban.shadow:
        return "shadow_ban"
    return "suspend" if ban.until else "ban"


def _record_ban(comment: Comment, bans: list[Ban], moderator: Any, now: datetime.datetime) -> None:
    ModerationEvent.objects.create(
        comment=comment,
        moderator=moderator,
        from_state=comment.state,
        to_state=comment.state,
        action=_get_action(bans[0]),
        reason=bans[0].reason,
        revision=comment.latest_revision,
        spam_findings=comment.spam_findings,
        batch=bans[0].batch,
        created_at=now,
    )
    detail: dict[str, Any] = {"kinds": [ban.kind for ban in bans], "shadow": bans[0].shadow}
    if bans[0].until:
        detail["until"] = bans[0].until.isoformat()
    if bans[0].reason:
        detail["reason"] = bans[0].reason
    write_audit_log("ban", [LogLine(comment, comment.state, comment.state, detail)], moderator, now)


def _mark_waiting_as_spam(
    comment: Comment,
    kinds: Iterable[str],
    batch: uuid.UUID,
    moderator: Any,
    among: QuerySet[Comment] | None,
) -> list[int]:
    same = Q()
    if Ban.Kind.AUTHOR in kinds:
        same |= Q(author_key=comment.author_key)
    if Ban.Kind.READER in kinds:
        same |= Q(reader=comment.reader_id)
    if Ban.Kind.CLIENT in kinds:
        same |= Q(client_hash=comment.client_hash)
    rows = Comment.objects.all() if among is None else among
    ids = list(rows.filter(same, state=State.PENDING).values_list("pk", flat=True)[:MAX_SWEPT])
    return list(
        decide_on_comments(
            "mark_spam", ids=ids, moderator=moderator, batch=batch, among=among
        ).changed
    )


@transaction.atomic
def lift_ban(*, ban: Ban, moderator: Any = None) -> bool:
    """Lift a ban and return whether it was active. Votes that it kept from counting count again."""
    lifted = Ban.objects.filter(pk=ban.pk, lifted_at=None).update(lifted_at=timezone.now())
    if lifted:
        log_one(ban, "cx_feedback.comments.ban.lift", user=moderator)
        nudge_counting()
    return bool(lifted)
