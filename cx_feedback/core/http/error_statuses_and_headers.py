"""The HTTP status and headers of each error.

A room's own error has those of the class that it derives from.
"""

from cx_feedback.core import errors
from cx_feedback.core.http.proof_of_work import ChallengeRequired

STATUS_CODES: dict[type[errors.FeedbackError], int] = {
    errors.FeedbackError: 400,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.NotAllowed: 405,
    errors.Refused: 403,
    errors.Closed: 409,
    errors.Conflict: 409,
    errors.Ended: 410,
    errors.KeyReused: 422,
    errors.Unauthenticated: 401,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    ChallengeRequired: 428,
}

#: How programs identify themselves (RFC 6750).
TOKEN_CHALLENGE = 'Bearer realm="cx_feedback"'


class FrameworkError(errors.FeedbackError):
    """A refusal by Django REST framework, with the status and the code that it chose."""

    def __init__(self, detail: object, *, status: int, code: str) -> None:
        super().__init__(detail)
        self.status, self.code = status, code


def get_status(error: errors.FeedbackError) -> int:
    """Return the HTTP status of a response with ``error``."""
    if isinstance(error, FrameworkError):
        return error.status
    return next(STATUS_CODES[one] for one in type(error).__mro__ if one in STATUS_CODES)


def get_headers(error: errors.FeedbackError) -> dict[str, str]:
    """Return the headers of a response with ``error``."""
    if isinstance(error, errors.TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": f'{TOKEN_CHALLENGE}, error="invalid_token"'}
    if isinstance(error, errors.ScopeMissing):
        needed = f'error="insufficient_scope", scope="{" ".join(error.scopes)}"'
        return {"WWW-Authenticate": f"{TOKEN_CHALLENGE}, {needed}"}
    return {}
