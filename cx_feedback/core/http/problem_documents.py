"""Problem documents: errors as RFC 9457 JSON, with a map of the messages of each field."""

from typing import Any

from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http.status_codes import get_status


def build_problem(error: FeedbackError) -> dict[str, Any]:
    """Return the members of a problem; ``errors`` maps each field to its messages."""
    problem: dict[str, Any] = {
        "type": f"urn:cx-feedback:problem:{error.code}",
        "title": str(error.title),
        "status": get_status(error),
        "detail": str(error.detail),
    }
    if error.fields:
        problem["errors"] = {k: [str(t) for t in v] for k, v in error.fields.items()}
    return problem | error.get_members()
