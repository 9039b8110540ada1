"""Readers who were here before."""


def reader_keys(number: int) -> list[str]:
    """Return the keys of readers: one alone would wait for its own row's locks."""
    from cx_feedback.readers.services import create_reader

    return [create_reader().key.hex for _ in range(number)]
