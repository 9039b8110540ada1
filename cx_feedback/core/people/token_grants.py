"""Limits of accounts by the scopes and sections of a token.

The account is a limited one from then on: a permission is granted to it only where it holds the
permission and the token has it as a scope. Nothing is granted as to a superuser.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TokenGrant:
    """The scopes of a token, which are names of permissions, and its sections."""

    token_id: int
    name: str
    scopes: frozenset[str]
    #: Tree paths of the pages of its sections; None for no limit.
    paths: tuple[str, ...] | None = None

    def holds(self, path: str) -> bool:
        """Return whether the page at ``path`` is in one of the sections."""
        return self.paths is None or any(path.startswith(one) for one in self.paths)


def limit_account(request: Any, user: Any, grant: TokenGrant) -> None:
    """Limit the account ``user``, as loaded for Django's ``request``, to ``grant``."""
    request._cx_token_grant = user._cx_token_grant = grant


def get_grant(limited: Any) -> TokenGrant | None:
    """Return the limit of an account or of Django's request, None where no token was sent.

    To ask the request doesn't load the account of a session.
    """
    found: TokenGrant | None = getattr(limited, "_cx_token_grant", None)
    return found
