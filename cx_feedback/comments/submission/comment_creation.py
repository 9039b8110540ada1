"""From a request to a stored comment, the same for the form and for REST."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.permissions import moderates
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.comments.submission import comment_input
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.identity import actor_for_act, actor_of
from cx_feedback.comments.views.missing_comments import require_known_page
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.origin import may_use_cookies
from cx_feedback.core.http.repeats import Sender, get_sender
from cx_feedback.core.http.throttles import get_client_address, get_client_hash
from cx_feedback.readers import services as readers


def take(request: HttpRequest, data: Mapping[str, Any], page_id: int | None) -> services.Posted:
    """Check and store what ``data`` says; raises a FeedbackError and then leaves nothing."""
    if page_id is None:
        raise InvalidInput(fields={"page": [_("The page is required.")]})
    require_known_page(page_id, request)
    author = author_of(request, page_id)
    draft = comment_input.check(
        data,
        page_id=page_id,
        language=get_language() or "",
        idempotency_key=_key(request, data),
        author=author,
    )
    return services.post(draft=draft, author=author, reader=_reader(request, author))


def _key(request: HttpRequest, data: Mapping[str, Any]) -> str:
    """Return the idempotency key; a form posted after a lost answer brings it as a field."""
    return request.headers.get("Idempotency-Key") or str(data.get("idempotency_key") or "")


def author_of(request: HttpRequest, page_id: int) -> Author:
    """Return who writes on a page; the cookies speak only where they may."""
    known: dict[str, Any] = {
        "origin_key": get_client_hash(request),
        "address": get_client_address(request),
        "agent": request.headers.get("User-Agent", "")[:300],
    }
    client = get_sender(request, None).client
    if not may_use_cookies(request):
        return Author(**known, sender=Sender(client=client))
    actor = actor_of(request)
    # A cookie of nobody says nothing of who sends this.
    known["sender"] = Sender(actor.repeats_as, client)
    known |= {"has_browser": True, "reader": actor.reader}
    if actor.user is None:
        return Author(**known)
    return Author(
        **known,
        user_id=actor.user.pk,
        name=text_cleaning.plain(actor.name, one_line=True)[: comment_input.NAME_LENGTH],
        email=(actor.user.email or "").strip().lower(),
        by_staff=actor.user.has_perm("wagtailadmin.access_admin"),
        may_moderate=moderates(actor.user, page_id),
    )


def _reader(request: HttpRequest, author: Author) -> services.Who:
    """Return the reader who acts, a new one at the first act."""
    if author.reader is not None or not author.has_browser:
        return author.reader
    if author.user_id is None:
        # Stored together with the comment.
        return readers.newcomer(language=get_language() or "")
    return lambda: actor_for_act(request).reader
