"""A proxy between browser and site that loses, delays and doubles what is sent."""

import http.client
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: What can happen to a request that stores something.
LOST_BEFORE, LOST_AFTER, CUT, DOUBLED, DELAYED = "lost before", "lost after", "cut", "2x", "late"
NO_SERVER, NO_ANSWER, HOUSE = "503", "504", "captive portal"
#: Answers of others, before the site has heard of the act.
_STRANGERS = {NO_SERVER: 503, HOUSE: 200}
_DROPPED = {"connection", "keep-alive", "transfer-encoding"}


class Proxy(ThreadingHTTPServer):
    """Passes everything on; each act of a reader meets the next of ``faults``, if any is left."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("localhost", 0), _Handler)
        self.upstream = port
        self.faults: deque[str] = deque()
        self.url = f"http://localhost:{self.server_address[1]}"
        #: The Idempotency-Key of each act that arrived.
        self.keys: list[str] = []

    def handle_error(self, request, client_address) -> None:
        """Ignore browsers that left."""


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def log_message(self, *args) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(self._forward(b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("Idempotency-Key")
        fault = self.server.faults.popleft() if key and self.server.faults else ""
        if fault == LOST_BEFORE:
            return
        if fault in _STRANGERS:
            self._answer((_STRANGERS[fault], [("Content-Type", "text/html")], b"<h1>Sorry</h1>"))
            return
        answer = self._forward(body)
        if key:
            self.server.keys.append(key)
        if fault == DOUBLED:
            answer = self._forward(body)
        if fault == DELAYED:
            time.sleep(0.4)
        if fault == NO_ANSWER:
            answer = (504, [("Content-Type", "text/html")], b"<h1>Slow</h1>")
        if fault != LOST_AFTER:
            self._answer(answer, cut=fault == CUT)

    do_PATCH = do_DELETE = do_POST

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection("localhost", self.server.upstream, timeout=20)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _DROPPED:
                upstream.putheader(name, value)
        upstream.endheaders(body or None)
        answer = upstream.getresponse()
        found = answer.status, answer.getheaders(), answer.read()
        upstream.close()
        return found

    def _answer(self, answer: tuple[int, list[tuple[str, str]], bytes], cut: bool = False) -> None:
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in {*_DROPPED, "content-length", "server", "date"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)


@contextmanager
def open_proxy(port: int) -> Iterator[Proxy]:
    """Run a proxy to the site at ``port``."""
    with Proxy(port) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        yield proxy
        proxy.shutdown()
