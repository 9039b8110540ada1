"""Programs solve proofs of work too: whether doubtful comments come too often to believe one.

Above ``CX_FEEDBACK["RATES"]["doubtful"]`` on the whole site, doubtful comments of guests wait for a
moderator, solved proofs or not, and for a while after the last of them.
"""

from collections.abc import Iterable

from cx_feedback.comments.spam.base import SpamFinding
from cx_feedback.comments.spam.scorers.burst import Burst
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.http.throttles import count_request

#: Seconds after the last doubtful comment above the rate for which all of them still wait.
FLOOD_SECONDS = 600
_FLOOD_KEY = "cx:spam:doubtful"


def count_doubtful() -> bool:
    """Count a doubtful comment of a guest; return whether there are too many of them."""
    count, limit = count_request("doubtful", "site")
    if limit and count > limit:
        cache.set(_FLOOD_KEY, True, FLOOD_SECONDS)
        return True
    return bool(limit and cache.get(_FLOOD_KEY))


def is_flooded(signals: Iterable[SpamFinding]) -> bool:
    """Return whether the scorer of bursts found that the site is being flooded."""
    return any(signal.scorer == Burst.name for signal in signals)
