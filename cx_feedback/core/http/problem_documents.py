"""Problem documents: errors as RFC 9457 JSON, with a map of the messages of each field."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.core.errors import Conflict, FeedbackError
from cx_feedback.core.http.error_statuses_and_headers import get_status


class ProblemOut(OutputSerializer):
    """An RFC 9457 problem document with the reason for a refusal."""

    type = serializers.CharField(help_text="urn:cx-feedback:problem:<code>; does not change.")
    title = serializers.CharField(source="error.title", help_text="For people, in their language.")
    status = serializers.IntegerField()
    detail = serializers.CharField(source="error.detail")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Field to what is wrong with it.",
    )


def build_problem(
    error: FeedbackError, *, conflict_serializer: type[ProblemOut] | None = None
) -> dict[str, Any]:
    """Return the members of a problem; ``errors`` maps each field to its messages.

    ``conflict_serializer`` makes it of a conflict that says what its object is now.
    """
    tells_current = isinstance(error, Conflict) and error.current is not None
    serializer = (conflict_serializer if tells_current else None) or ProblemOut
    found = {
        "type": f"urn:cx-feedback:problem:{error.code}",
        "status": get_status(error),
        "error": error,
    }
    if error.fields:
        found["errors"] = error.fields
    return serializer.build(found) | error.get_members()
