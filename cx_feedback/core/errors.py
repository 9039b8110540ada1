"""Errors for readers and programs. Services raise them, views turn them into responses.

Over REST each becomes an RFC 9457 problem document (``core.http.problem_documents``), and after a
form post a page that shows the form with the reader's input. Their HTTP status and headers are in
``core.http.error_statuses``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

FieldErrors = Mapping[str, Sequence[Any]]


class FeedbackError(Exception):
    """A refusal with a stable ``code`` and the fields that it is about."""

    code: str = "invalid"
    title: Any = _("We couldn't accept what you sent.")

    def __init__(self, detail: Any = "", *, fields: FieldErrors | None = None) -> None:
        self.detail = detail or self.title
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}
        super().__init__(str(self.detail))

    def get_members(self) -> dict[str, Any]:
        """Return what programs are told besides: further members of the problem document."""
        return {}


class InvalidInput(FeedbackError):
    """The input is invalid; ``fields`` names the errors."""

    code = "invalid-input"
    title = _("Please correct the following.")


class NotFound(FeedbackError):
    """The object doesn't exist or isn't published."""

    code = "not-found"
    title = _("This no longer exists or isn't published.")


class Gone(NotFound):
    """The object was public and no longer is: unpublished, hidden or deleted.

    Never raised for objects whose existence is private (restricted, spam, rejected).
    """

    code = "gone"
    title = _("This is no longer here.")


class NotAllowed(FeedbackError):
    """The URL exists but doesn't accept this method."""

    code = "method-not-allowed"
    title = _("This address cannot be used like that.")


class Refused(FeedbackError):
    """The request isn't permitted."""

    code = "refused"
    title = _("You don't have permission to do that.")


class Unauthenticated(FeedbackError):
    """A token, or what else the site asks programs for, doesn't hold."""

    code = "unauthenticated"
    title = _("This token isn't valid here, or no longer.")


class ScopeMissing(Refused):
    """The token is valid and lacks a scope; ``scopes`` names those that it needs."""

    code = "scope-missing"
    title = _("This token isn't allowed to do that.")

    def __init__(self, scopes: Sequence[str]) -> None:
        self.scopes = list(scopes)
        super().__init__(_("The token needs the scope %s.") % ", ".join(self.scopes))

    def get_members(self) -> dict[str, Any]:
        return {"scopes": self.scopes}


class SectionRequired(Refused):
    """The token is limited to sections, and the request is about more than these."""

    code = "section-required"
    title = _("This token is limited to sections.")

    def __init__(self, parameters: Sequence[str] = ()) -> None:
        if parameters:
            text = _("Ask for one of its sections, or a page of one, by %s.")
            super().__init__(text % ", ".join(parameters))
        else:
            super().__init__(_("What is here is of the whole site: use a token without sections."))


class CrossSite(Refused):
    """The request came from a page of another site."""

    code = "cross-site"
    title = _("This request came from another site, so we refused it.")


class UnknownSource(CrossSite):
    """Nothing says which page the request came from, and it would act on whose cookie it has."""

    title = _(
        "Your browser did not say that this came from a page of this site, so we did nothing. "
        "Please try it in a newer browser."
    )


class Previewed(Refused):
    """The request came from the preview of a page, so nothing is stored."""

    code = "preview"
    title = _(
        "This is a preview, so nothing was stored. On the published page it can be sent for real."
    )


class Closed(FeedbackError):
    """It is too early, too late or already done."""

    code = "closed"
    title = _("This isn't accepting answers right now.")


class Conflict(FeedbackError):
    """The object of a decision has changed since it was seen; nothing was decided.

    ``current`` is what it is now, and what is new, for whoever decides again: the page of a form
    shows it with what was typed, and over REST the view's ``conflict_serializer`` tells it.
    """

    code = "conflict"
    title: Any = _("This has changed since you opened it.")

    def __init__(
        self, detail: Any = "", *, fields: FieldErrors | None = None, current: Any = None
    ) -> None:
        super().__init__(detail, fields=fields)
        self.current = current


class KeyReused(InvalidInput):
    """An Idempotency-Key was already used for a different request."""

    code = "key-reused"
    title = _(
        "An earlier version of this has already arrived. Send it again to send the changed one "
        "too (programs: with a new idempotency key)."
    )

    def __init__(self) -> None:
        super().__init__(fields={"Idempotency-Key": [self.title]})


class Ended(Closed):
    """The survey accepted answers before and no longer does."""


class TooLarge(FeedbackError):
    """The body is larger than ``CX_FEEDBACK["MAX_BODY"]``."""

    code = "too-large"
    title = _("This is too long.")


class TooMany(FeedbackError):
    """The client exceeded a rate limit."""

    code = "too-many"
    title = _("You've sent a lot in a short time. Please wait a moment and try again.")

    def __init__(self, *args: Any, retry_after: int = 60, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Seconds until the client may write again.
        self.retry_after = retry_after


def get_error_text(error: Exception) -> str:
    """Return the message of an error in one line, with the messages of its fields."""
    fields = error.fields if isinstance(error, FeedbackError) else {}
    return " ".join(str(text) for texts in fields.values() for text in texts) or str(error)
