"""An SMTP server in a process of its own that takes every message, counts it and keeps none.

As small as it can be, so that what is measured is the sender: aiosmtpd, which is written for
tests, takes longer for a message than the senders that are compared here, and makes them alike.
Like the servers of providers it offers PIPELINING (RFC 2920) and 8BITMIME.
"""

import asyncio
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_END = b"\r\n.\r\n"
_REPLIES = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 OK\r\n",
    b"RCPT": b"250 OK\r\n",
    b"RSET": b"250 OK\r\n",
    b"NOOP": b"250 OK\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}


class Sink(asyncio.Protocol):
    """One connection. HELP answers how many messages all of them brought."""

    taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.rest = b""  # a command that is not whole yet, or the last bytes of a text
        self.in_text = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        data, replies = self.rest + data, []
        while data:
            if self.in_text:
                end = data.find(_END)
                if end < 0:
                    data = data[-len(_END) + 1 :]  # its end may come in two pieces
                    break
                data = data[end + len(_END) :]
                self.in_text = False
                Sink.taken += 1
                replies.append(b"250 OK\r\n")
                continue
            line, ended, after = data.partition(b"\r\n")
            if not ended:
                break
            replies.append(self.reply(line[:4].upper()))
            # The line end before the text is the command's own: a text may be empty.
            data = b"\r\n" + after if self.in_text else after
        self.rest = data
        if replies:
            self.transport.write(b"".join(replies))

    def reply(self, verb: bytes) -> bytes:
        if verb == b"HELP":
            return b"214 %d\r\n" % Sink.taken
        self.in_text = verb == b"DATA"
        return _REPLIES.get(verb, b"500 What?\r\n")

    def eof_received(self) -> None:
        self.transport.close()


@contextmanager
def sink() -> Iterator[int]:
    """Serve on a free port, which is yielded."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def taken(port: int) -> int:
    """Return how many messages the sink at ``port`` has taken."""
    with smtplib.SMTP("127.0.0.1", port) as connection:
        return int(connection.help())


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
