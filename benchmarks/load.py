"""A small load generator: ready-made requests over kept connections, from this process."""

import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Load:
    """Requests to one address of a server; ``make`` returns the bytes of the next request."""

    port: int
    make: Callable[[], bytes]
    connections: int = 4
    statuses: dict[int, int] = field(default_factory=dict)
    #: How many requests were answered so far.
    sent: int = 0

    def run(self, seconds: float) -> float:
        """Send for ``seconds`` and return the answers a second."""
        stop = time.monotonic() + seconds
        counts = [0] * self.connections
        threads = [
            threading.Thread(target=self._loop, args=(i, counts, stop))
            for i in range(self.connections)
        ]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.sent += sum(counts)
        return sum(counts) / (time.monotonic() - begun)

    def _loop(self, place: int, counts: list[int], stop: float) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            stream = connection.makefile("rb")
            while time.monotonic() < stop:
                connection.sendall(self.make())
                status = _answer(stream)
                self.statuses[status] = self.statuses.get(status, 0) + 1
                counts[place] += 1


def _answer(stream: socket.SocketIO) -> int:
    """Read one answer whole and return its status."""
    status = int(stream.readline().split()[1])
    length = 0
    while (line := stream.readline().strip()) != b"":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    stream.read(length)
    return status


def post(path: str, body: bytes, kind: str = "application/json", **headers: str) -> bytes:
    """Return the bytes of a POST; header names with underscores for dashes."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ratio(of: Load, to: Load, rounds: int = 7, seconds: float = 2.0) -> float:
    """Return the median over ``rounds`` of the rate of ``of`` by that of ``to``, side by side."""
    of.run(1.0)
    to.run(1.0)
    return statistics.median(of.run(seconds) / to.run(seconds) for _ in range(rounds))
