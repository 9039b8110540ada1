"""Making and revoking tokens, with entries in Wagtail's audit log."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext
from wagtail.log_actions import log

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.permissions import get_token_scopes
from cx_feedback.tokens.models import Token
from cx_feedback.tokens.token_lookup import forget_token
from cx_feedback.tokens.token_text import TokenText, generate_token_text

#: The actions in the audit log.
CREATE_ACTION, REVOKE_ACTION = "cx_feedback.tokens.create", "cx_feedback.tokens.revoke"


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
