"""A circuit breaker: a service that failed is left alone for a while, then tried once."""

import time


class CircuitBreaker:
    """Says whether a service may be asked. Costs one look while all is well.

    After a failure it is open for ``pause`` seconds; then one caller may try, and the others
    wait for what comes of it.
    """

    def __init__(self, pause: float) -> None:
        self.pause = pause
        #: Monotonic seconds; 0 while closed.
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last call failed, whatever time has passed since."""
        return bool(self._open_until)

    def allows(self) -> bool:
        """Return whether to ask now; may be called by many threads."""
        if not self._open_until:
            return True
        now = time.monotonic()
        if now < self._open_until:
            return False
        self._open_until = now + self.pause
        return True

    def failed(self) -> None:
        """Note that the service failed."""
        self._open_until = time.monotonic() + self.pause

    def succeeded(self) -> None:
        """Note that the service answered."""
        if self._open_until:
            self._open_until = 0.0
