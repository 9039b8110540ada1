"""Serves the front end on a port of its own, with the one file of the client beside it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import cx_feedback

HERE = Path(__file__).parent
CORE = Path(cx_feedback.__file__).parent / "core/static/cx_feedback/core"
HOW_TO = HERE.parents[2] / "docs/how-to/headless.md"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}


def read_how_to(**values: object) -> str:
    """Return the scripts of the how-to as one module, with other values for its constants."""
    script = "\n".join(
        re.findall(r"^```js\n(.*?)^```", HOW_TO.read_text(encoding="utf-8"), re.M | re.S)
    )
    for name, value in values.items():
        script, n = re.subn(
            rf"^const {name} = .*;", f"const {name} = {json.dumps(value)};", script, flags=re.M
        )
        assert n == 1, name
    return script


def find_file(path: str) -> Path | None:
    """Return the file behind an address, None if there is none."""
    name = path.partition("?")[0].strip("/") or "index.html"
    file = CORE / "client/client.js" if name == "client.js" else HERE / name
    return file if file.parent in (HERE, CORE / "client") and file.suffix in TYPES else None


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        file = find_file(self.path)
        self.send_response(200 if file else 404)
        self.send_header("Content-Type", TYPES[file.suffix] if file else "text/plain")
        self.end_headers()
        self.wfile.write(file.read_bytes() if file else b"")

    def log_message(self, *args: object) -> None:
        """Write no log."""


@contextmanager
def serve_front_end() -> Iterator[str]:
    """Serve the front end; the value is its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
