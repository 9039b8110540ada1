"""Every write of the room: publishing surveys and storing the responses to them."""

from cx_feedback.surveys.services.publishing import freeze_version, publish_survey
from cx_feedback.surveys.services.response_storage import (
    MAX_SECONDS,
    insert_start,
    record_start,
    submit_response,
)

__all__ = [
    "MAX_SECONDS",
    "freeze_version",
    "insert_start",
    "publish_survey",
    "record_start",
    "submit_response",
]
