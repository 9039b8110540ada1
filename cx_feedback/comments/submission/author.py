"""Who sends a comment, as far as a request tells; and how it is told again without an address."""

from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from cx_feedback.core.http.repeats import Sender
from cx_feedback.readers.models import Reader


def author_key(*, user_id: int | None = None, email: str = "") -> str:
    """Return the keyed hash of an account, else of an address; "" when there is neither.

    It does not say whether the address was proved: see ``Comment.proved``.
    """
    if user_id is not None:
        return _hash(f"account:{user_id}")
    email = email.strip().lower()
    return _hash(f"address:{email}") if email else ""


def _hash(value: str) -> str:
    return salted_hmac("cx_feedback.author", value, algorithm="sha256").hexdigest()[:32]


@dataclass(frozen=True)
class Author:
    """Whoever sends a comment. Nothing here is what they typed."""

    #: The reader whom the browser's cookie names; None at the first act.
    reader: Reader | None = None
    #: Whether a reader can be begun, and told again: programs without origin have none.
    has_browser: bool = False
    user_id: int | None = None
    #: Of the account, "" for one that has to be asked.
    name: str = ""
    email: str = ""
    #: Of the site's staff; and whether they moderate the page: then nobody has to approve.
    by_staff: bool = False
    may_moderate: bool = False
    #: Keyed hash of the network address, "" for what does not come over the web.
    origin_key: str = ""
    #: The network address itself, never stored: for services that a site opted for.
    address: str = field(default="", repr=False)
    agent: str = ""
    #: By what a repeat is told from another who writes the same; an account's is the account.
    sender: Sender = field(default_factory=Sender)

    def key(self, email: str) -> str:
        return author_key(user_id=self.user_id, email=email)

    def proves(self, email: str) -> bool:
        """Return whether this is known to be the account, or the owner of ``email``."""
        if self.user_id is not None:
            return True
        return bool(email) and self.reader is not None and self.reader.email == email
