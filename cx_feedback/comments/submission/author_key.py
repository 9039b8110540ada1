"""The key of an author: when two comments are by the same account or address."""

from django.utils.crypto import salted_hmac


def get_author_key(*, user_id: int | None = None, email: str = "") -> str:
    """Return the keyed hash of an account, else of an address, "" without either.

    It does not say whether the address was verified: see ``Comment.verified``.
    """
    if user_id is not None:
        return _hash_author(f"account:{user_id}")
    email = email.strip().lower()
    return _hash_author(f"address:{email}") if email else ""


def _hash_author(value: str) -> str:
    return salted_hmac("cx_feedback.comments.author", value, algorithm="sha256").hexdigest()[:32]
