"""The key of an author: when two comments are by the same account or address."""

from django.utils.crypto import salted_hmac

from cx_feedback.core.text.secret_keys import get_secret_keys


def get_author_keys(*, user_id: int | None = None, email: str = "") -> list[str]:
    """Return all keys that may be stored of an account or address, by earlier SECRET_KEYs too."""
    found = (get_author_key(user_id=user_id, email=email, secret=one) for one in get_secret_keys())
    return [key for key in found if key]


def get_author_key(
    *, user_id: int | None = None, email: str = "", secret: str | bytes | None = None
) -> str:
    """Return the keyed hash of an account, else of an address, "" without either.

    It does not say whether the address was verified: see ``Comment.verified``.
    """
    if user_id is not None:
        return _hash_author(f"account:{user_id}", secret)
    email = email.strip().lower()
    return _hash_author(f"address:{email}", secret) if email else ""


def _hash_author(value: str, secret: str | bytes | None) -> str:
    hashed = salted_hmac("cx_feedback.comments.author", value, secret=secret, algorithm="sha256")
    return hashed.hexdigest()[:32]
