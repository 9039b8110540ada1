"""A circuit breaker: a service that failed isn't called for a while, then tried once."""

import time


class CircuitBreaker:
    """Decides whether a service may be called.

    After a failure it is open for ``pause`` seconds. Then one caller may try, while the breaker
    stays open for the others.
    """

    def __init__(self, pause: float) -> None:
        self.pause = pause
        #: Monotonic seconds; 0 while closed.
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Return whether the last call failed, however long ago."""
        return bool(self._open_until)

    def allows(self) -> bool:
        """Return whether the service may be called now; thread-safe."""
        if not self._open_until:
            return True
        now = time.monotonic()
        if now < self._open_until:
            return False
        self._open_until = now + self.pause
        return True

    def failed(self) -> None:
        """Record that the service failed."""
        self._open_until = time.monotonic() + self.pause

    def succeeded(self) -> None:
        """Record that the service responded."""
        if self._open_until:
            self._open_until = 0.0
