"""Reads of readers."""

from cx_feedback.readers.models import Reader


def get_reader_ids(*, email: str) -> list[int]:
    """Return the ids of readers with this confirmed address (none or one)."""
    return list(Reader.objects.filter(email=email.strip().lower()).values_list("pk", flat=True))
