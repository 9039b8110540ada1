"""Making, editing and revoking tokens, with entries in Wagtail's audit log."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.permissions import get_token_scopes
from cx_feedback.tokens.models import Token
from cx_feedback.tokens.token_lookup import forget_token, reread_token
from cx_feedback.tokens.token_text import TokenText, generate_token_text

#: The actions in the audit log.
CREATE_ACTION, UPDATE_ACTION, REVOKE_ACTION = (
    f"cx_feedback.tokens.{name}" for name in ("create", "update", "revoke")
)
#: The fields that can be edited.
EDITED = ("name", "scopes", "sections", "expires_at", "rate")


@transaction.atomic
def create_token(
    *,
    owner: Any,
    name: str,
    scopes: Sequence[str],
    sections: Sequence[int] = (),
    expires_at: datetime.datetime | None = None,
    rate: str = "",
) -> tuple[Token, TokenText]:
    """Create a token of the account ``owner``; return it with its text, which is not stored.

    Raises InvalidInput for scopes that the account can't give away.
    """
    offered = {s.permission.name for s in get_token_scopes() if s.may_be_given_by(owner)}
    if not scopes or not set(scopes) <= offered:
        message = pgettext("token", "Choose among what your account may do itself.")
        raise InvalidInput(fields={"scopes": [message]})
    text = generate_token_text()
    token = Token.objects.create(
        name=name,
        prefix=text.prefix,
        digest=text.get_digest(),
        owner=owner,
        scopes=sorted(scopes),
        sections=sorted(sections),
        expires_at=expires_at,
        rate=rate,
    )
    data = {"scopes": token.scopes, "sections": token.sections}
    log(token, CREATE_ACTION, user=owner, data=data)
    return token, text


@transaction.atomic
def update_token(
    *,
    token_id: int,
    user: Any,
    name: str,
    scopes: Sequence[str],
    sections: Sequence[int],
    expires_at: datetime.datetime | None,
    rate: str,
) -> Token:
    """Change a token, at once in all processes; it still belongs to the account that made it.

    Its scopes and sections can be fewer, not more: otherwise whoever edits it would hand out what
    only its account may do. Raises InvalidInput for more, and for a token that was revoked.
    """
    token = Token.objects.select_for_update().get(pk=token_id)
    _check_narrowing(token, scopes, sections)
    before = {field: getattr(token, field) for field in EDITED}
    token.name, token.expires_at, token.rate = name, expires_at, rate
    token.scopes, token.sections = sorted(scopes), sorted(sections)
    changes = {
        field: {"from": old, "to": getattr(token, field)}
        for field, old in before.items()
        if getattr(token, field) != old
    }
    if changes:
        token.save(update_fields=EDITED)
        log(token, UPDATE_ACTION, user=user, data={"changes": changes})
        transaction.on_commit(lambda: reread_token(token.prefix))
    return token


def _check_narrowing(token: Token, scopes: Sequence[str], sections: Sequence[int]) -> None:
    if token.revoked_at is not None:
        raise InvalidInput(fields={"name": [_("This token is revoked.")]})
    errors: dict[str, list[Any]] = {}
    if not scopes or not set(scopes) <= set(token.scopes):
        message = _("A token can be given no further scopes: make another, or take some away.")
        errors["scopes"] = [message]
    # None would be the whole site.
    if token.sections and not (sections and set(sections) <= set(token.sections)):
        errors["sections"] = [_("Keep at least one of the token's sections, and add none.")]
    if errors:
        raise InvalidInput(fields=errors)


@transaction.atomic
def revoke_token(*, token_id: int, user: Any) -> bool:
    """Revoke a token for good, at once in all processes; return whether it was not revoked yet."""
    token = Token.objects.select_for_update().get(pk=token_id)
    if token.revoked_at is not None:
        return False
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    log(token, REVOKE_ACTION, user=user)
    transaction.on_commit(lambda: forget_token(token.prefix))
    return True
