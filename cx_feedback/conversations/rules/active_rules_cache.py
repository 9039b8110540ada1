"""The cache entry of the active rules, which the model clears and ``active_rules`` fills."""

from django.db import transaction

from cx_feedback.core.caching.shared_cache import cache

CACHE_KEY = "cx:conversations:active-rules"


def clear_active_rules() -> None:
    """Drop the cached rules, now and once more after the commit."""
    transaction.on_commit(lambda: cache.delete(CACHE_KEY))
    cache.delete(CACHE_KEY)
