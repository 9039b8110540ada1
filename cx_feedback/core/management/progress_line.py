"""The progress of a long command."""

import time

from django.core.management.base import OutputWrapper


class ProgressLine:
    """Prints a text every two seconds, on one line of a terminal."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.last = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Return whether two seconds have passed since the last text."""
        return time.monotonic() - self.last >= 2

    def show(self, text: str) -> None:
        self.last = time.monotonic()
        self.out.write(text, ending="\r" if self.out.isatty() else "\n")
        self.out.flush()
