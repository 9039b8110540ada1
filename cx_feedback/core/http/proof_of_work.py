"""A proof of work, which takes a browser a second or two, and a bot as long for every post.

This is ALTCHA's challenge (proof of work 2: PBKDF2 by WebCrypto) without its widget. Readers don't
see it, and no third party is involved. A challenge is valid for the content that it was issued
for, and its solution can be used once.
"""

import base64
import binascii
import json
import secrets
import time
from typing import Any

from django.templatetags.static import static
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, InvalidInput

#: The field of the solution, in forms and in JSON bodies.
FIELD = "challenge"
#: Seconds for which a challenge is valid.
HOLDS = 600
#: The browser searches for a number below this one, and tries three quarters of them on average.
HIGHEST = 200
#: The most characters of a solution, which has about 600.
LONGEST = 4000
_ALGORITHM = "PBKDF2/SHA-256"
_SOLVER = "cx_feedback/core/challenge.js"


class ChallengeRequired(FeedbackError):
    """The browser must solve ``challenge`` and repeat the request with the solution."""

    code = "challenge"
    title = gettext_lazy("One moment while we check that you're not a bot.")

    def __init__(self, about: str) -> None:
        super().__init__()
        self.challenge = issue_challenge(about)

    def get_members(self) -> dict[str, Any]:
        return {"challenge": self.challenge, "solver": static(_SOLVER)}


def issue_challenge(about: str) -> dict[str, Any]:
    """Return a signed challenge as JSON values, whose solution is valid only for ``about``."""
    from altcha import create_challenge

    made = create_challenge(
        _ALGORITHM,
        conf.get("CHALLENGE_COST"),
        counter=HIGHEST // 2 + secrets.randbelow(HIGHEST // 2),
        expires_at=int(time.time()) + HOLDS,
        data={"about": _keyed_digest("about", about)},
        hmac_secret=_keyed_digest("secret", ""),
        hmac_key_secret=_keyed_digest("key", ""),
    )
    return made.to_dict()


def spend_solution(solution: str, *, about: str) -> str:
    """Use the solution of a challenge for ``about``; return the nonce of the challenge.

    Raises InvalidInput for a solution that is wrong, expired, for other content or already used.
    Concurrent uses are decided by the cache's ``add``, so all processes must share a cache. The
    nonce can additionally be stored under a unique constraint.
    """
    challenge = _challenge_in(solution)
    if challenge is None or not _is_valid(solution, challenge, about):
        raise _invalid_challenge(_("The check failed or has expired. Please send again."))
    nonce = str(challenge["parameters"]["nonce"])
    if not cache.add(f"cx:challenge:{nonce}", 1, HOLDS + 60):
        raise _invalid_challenge(
            _("This check has already been used. Please send your text again.")
        )
    return nonce


def _is_valid(solution: str, challenge: dict[str, Any], about: str) -> bool:
    from altcha import verify_solution

    found = verify_solution(
        solution, _keyed_digest("secret", ""), hmac_key_secret=_keyed_digest("key", "")
    ).verified
    # Only after the verification can the parameters be trusted.
    return found and challenge["parameters"].get("data") == {"about": _keyed_digest("about", about)}


def _challenge_in(solution: str) -> dict[str, Any] | None:
    if not isinstance(solution, str) or len(solution) > LONGEST:
        return None
    try:
        found = json.loads(base64.b64decode(solution, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    challenge = found.get("challenge") if isinstance(found, dict) else None
    whole = isinstance(challenge, dict) and isinstance(challenge.get("parameters"), dict)
    return challenge if whole else None


def _invalid_challenge(text: str) -> InvalidInput:
    return InvalidInput(fields={FIELD: [text]})


def _keyed_digest(salt: str, value: str) -> str:
    return salted_hmac(f"cx_feedback.challenge.{salt}", value, algorithm="sha256").hexdigest()
