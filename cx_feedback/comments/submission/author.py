"""The people behind a request: authors of comments, and readers who act on comments.

An ``Actor`` is the reader of the browser's cookie, the account that is logged in, or both. An
``Author`` is all that a request tells of the person who sends a new comment.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from cx_feedback.comments.models import NAME_LENGTH, Comment
from cx_feedback.comments.permissions import moderates
from cx_feedback.comments.submission.author_key import get_author_key, get_author_keys
from cx_feedback.core.http.client_address import get_client_address, get_client_hash
from cx_feedback.core.http.cross_site import may_use_cookies
from cx_feedback.core.http.idempotency_keys import Sender, get_sender
from cx_feedback.core.people.account_names import public_name
from cx_feedback.core.permissions import ACCESS_ADMIN
from cx_feedback.core.text import text_cleaning
from cx_feedback.readers.acts.idempotent_actions import get_account_sender
from cx_feedback.readers.identity import reader_cookie, request_reader
from cx_feedback.readers.identity.account_reader import get_or_create_account_reader
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class Actor:
    """A reader, an account, both, or neither if the request may not use its cookies."""

    reader: Reader | None = None
    user: Any = None
    #: Keyed hash of the network address of the request, "" without a request.
    client_hash: str = ""

    @property
    def name(self) -> str:
        """The public name of the account, "" for an account without a name and for a guest."""
        return public_name(self.user) if self.user else ""

    @property
    def sender_id(self) -> str:
        """The ID under which repeated requests are recognized, "" for a guest without a reader."""
        if self.user is not None:
            return get_account_sender(self.user.pk)
        return self.reader.key.hex if self.reader is not None else ""

    def is_author_of(self, comment: Comment) -> bool:
        """Return whether the actor wrote the comment."""
        by_reader = self.reader is not None and comment.reader_id == self.reader.pk
        return by_reader or (self.user is not None and comment.user_id == self.user.pk)

    def get_own_filter(self) -> Q | None:
        """Return the condition for the actor's own comments, None if there can be none."""
        if self.reader is None and self.user is None:
            return None
        mine = Q(reader=self.reader) if self.reader else Q()
        return mine | Q(user=self.user) if self.user else mine


@dataclass(frozen=True)
class Author:
    """The sender of a new comment, as far as the request tells. Holds nothing that they typed."""

    #: The reader of the browser's cookie, None before the first action.
    reader: Reader | None = None
    #: Whether a reader can be created and recognized again. False for requests without Origin.
    has_browser: bool = False
    user_id: int | None = None
    #: The account's name, "" if it has to be asked for.
    name: str = ""
    email: str = ""
    #: Whether the account belongs to the staff, and whether it moderates the page.
    by_staff: bool = False
    may_moderate: bool = False
    #: Keyed hash of the network address, "" for comments that don't come over the web.
    client_hash: str = ""
    #: The network address, for spam services that the site has set up. Never stored in clear.
    address: str = field(default="", repr=False)
    agent: str = ""
    #: Tells a repeated request from another person who writes the same.
    sender: Sender = field(default_factory=Sender)

    def get_key(self, email: str) -> str:
        return get_author_key(user_id=self.user_id, email=email)

    def get_keys(self, email: str) -> list[str]:
        """Return the key, and those that it had by earlier SECRET_KEYs."""
        return get_author_keys(user_id=self.user_id, email=email)

    def owns_email(self, email: str) -> bool:
        """Return whether the author is logged in, or is known to own ``email``."""
        if self.user_id is not None:
            return True
        return bool(email) and self.reader is not None and self.reader.email == email


def get_account(request: HttpRequest) -> Any:
    """Return the account that is logged in, None if the request may not use its cookies."""
    user: Any = getattr(request, "user", None) if may_use_cookies(request) else None
    return user if user is not None and user.is_authenticated and user.is_active else None


def get_actor(request: HttpRequest) -> Actor:
    """Return the actor of a request without creating a reader."""
    user = get_account(request)
    own = Reader.objects.filter(user=user).first() if user else None
    return Actor(
        request_reader.apply_tracking_refusal(request, own) or request_reader.get_reader(request),
        user,
        get_client_hash(request),
    )


def get_or_create_actor(request: HttpRequest) -> Actor:
    """Return the actor of a request, with a new reader for a first action.

    An account has one reader in all its browsers.
    """
    user, client_hash = get_account(request), get_client_hash(request)
    if user is None:
        return Actor(request_reader.get_or_create_reader(request), None, client_hash)
    return Actor(get_or_create_account_reader(request, user), user, client_hash)


def set_reader_cookie(
    request: HttpRequest, response: HttpResponseBase, actor: Actor
) -> HttpResponseBase:
    """Set the reader's cookie on the response. An account needs none."""
    if actor.user:
        return response
    return reader_cookie.set_reader_cookie(
        request, response, actor.reader, seconds=reader_cookie.CHANGEABLE
    )


def get_author(request: HttpRequest, page_id: int) -> Author:
    """Return the author of a comment on a page. Uses cookies only if the request may use them."""
    known: dict[str, Any] = {
        "client_hash": get_client_hash(request),
        "address": get_client_address(request),
        "agent": request.headers.get("User-Agent", "")[:300],
    }
    client = get_sender(request, None).client
    if not may_use_cookies(request):
        return Author(**known, sender=Sender(client=client))
    actor = get_actor(request)
    # A cookie without a reader does not identify the sender.
    known["sender"] = Sender(actor.sender_id, client)
    known |= {"has_browser": True, "reader": actor.reader}
    if actor.user is None:
        return Author(**known)
    return Author(
        **known,
        user_id=actor.user.pk,
        name=text_cleaning.clean_text(actor.name, one_line=True)[:NAME_LENGTH],
        email=(actor.user.email or "").strip().lower(),
        by_staff=ACCESS_ADMIN.is_granted_to(actor.user),
        may_moderate=moderates(actor.user, page_id),
    )
