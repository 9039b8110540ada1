"""Errors that readers and programs see; services raise them, views turn them into answers.

Each becomes an RFC 9457 problem document over REST and a page with the form and the reader's
own words after a plain form post.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

FieldErrors = Mapping[str, Sequence[Any]]


class FeedbackError(Exception):
    """A refusal with a status, a stable ``code`` and the fields that it is about."""

    status = 400
    code = "invalid"
    title: Any = _("We couldn't accept what you sent.")

    def __init__(self, detail: Any = "", *, fields: FieldErrors | None = None) -> None:
        self.detail = detail or self.title
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}
        super().__init__(str(self.detail))

    @property
    def headers(self) -> dict[str, str]:
        """The headers that an answer with this error has."""
        return {}

    def as_problem(self) -> dict[str, Any]:
        """Return the RFC 9457 members; ``errors`` maps each field to its messages."""
        problem: dict[str, Any] = {
            "type": f"urn:cx-feedback:problem:{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
        }
        if self.fields:
            problem["errors"] = {k: [str(t) for t in v] for k, v in self.fields.items()}
        return problem


class InvalidInput(FeedbackError):
    """Something in the input is wrong; name it in ``fields``."""

    code = "invalid-input"
    title = _("Please correct the following.")


class NotFound(FeedbackError):
    """There is no such thing, or it is not published."""

    status = 404
    code = "not-found"
    title = _("This no longer exists or isn't published.")


class Gone(NotFound):
    """It was public once and is no longer: unpublished, hidden, deleted.

    Never raised for what must not be known (behind a restriction, spam, rejected).
    """

    status = 410
    code = "gone"
    title = _("This is no longer here.")


class NotAllowed(FeedbackError):
    """The address exists and takes no request of this method."""

    status = 405
    code = "method-not-allowed"
    title = _("This address cannot be used like that.")


class Refused(FeedbackError):
    """The request may not do this."""

    status = 403
    code = "refused"
    title = _("You don't have permission to do that.")


class CrossSite(Refused):
    """A page of another site made this request."""

    code = "cross-site"
    title = _("This request came from another site, so we refused it.")


class Previewed(Refused):
    """A preview of a page made this request, which stores nothing."""

    code = "preview"
    title = _(
        "This is a preview, so nothing was stored. On the published page it can be sent for real."
    )


class Closed(FeedbackError):
    """It is too early or too late, or the thing was done already."""

    status = 409
    code = "closed"
    title = _("This isn't accepting answers right now.")


class KeyReused(InvalidInput):
    """An Idempotency-Key comes with something else than what it stored."""

    status = 422
    code = "key-reused"
    title = _(
        "This idempotency key was already used for another request. Send this with a new key."
    )

    def __init__(self) -> None:
        super().__init__(fields={"Idempotency-Key": [self.title]})


class Ended(Closed):
    """It took answers once and takes none any more."""

    status = 410


class TooLarge(FeedbackError):
    """The body is larger than ``CX_FEEDBACK["MAX_BODY"]``."""

    status = 413
    code = "too-large"
    title = _("This is too long.")


class TooMany(FeedbackError):
    """The same address wrote too often."""

    status = 429
    code = "too-many"
    title = _("You've sent a lot in a short time. Please wait a moment and try again.")

    def __init__(self, *args: Any, retry_after: int = 60, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Seconds until the same address may write again.
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


def get_error_text(error: Exception) -> str:
    """Return what an error says in one line: of fields what is wrong with each."""
    fields = error.fields if isinstance(error, FeedbackError) else {}
    return " ".join(str(text) for texts in fields.values() for text in texts) or str(error)
