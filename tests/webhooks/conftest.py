"""A receiver on this machine, and endpoints that send to it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache

from cx_feedback.webhooks import services
from cx_feedback.webhooks.events.event_types import EVENT_TYPES
from cx_feedback.webhooks.models import Endpoint
from cx_feedback.webhooks.services import sending


@dataclass
class Received:
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """An HTTP server; ``status`` is a number, or a function of the request that returns one."""

    port: int = 0
    status: int | Callable[[Received], int] = 204
    location: str = ""
    requests: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self, received: Received) -> int:
        self.requests.append(received)
        return self.status(received) if callable(self.status) else self.status


@pytest.fixture
def receiver():
    """A server on a free port of this machine."""
    served = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(served.answer(Received(self.path, headers, body)))
            if served.location:
                self.send_header("Location", served.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def allow_local(settings):
    """Allow this machine, as a site does for its inner network."""
    allowed = {"WEBHOOKS_ALLOWED_HOSTS": ["127.0.0.1"]}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **allowed}


@pytest.fixture
def owner(django_user_model):
    """The account of the endpoints, which may see everything."""
    return django_user_model.objects.create_superuser("maker", "maker@example.org", "x")


@pytest.fixture
def make_endpoint(owner, receiver, allow_local):
    """Return a function that makes an endpoint for all events: its row and its secret."""

    def make_endpoint(**fields):
        cache.clear()
        url = f"{receiver.url}?{n}" if (n := Endpoint.objects.count()) else receiver.url
        said = {"owner": owner, "name": "Shop", "url": url, "events": list(EVENT_TYPES)}
        return services.create_endpoint(**{**said, **fields})

    return make_endpoint


@pytest.fixture
def send_all():
    """Return a function that sends what is due to all endpoints."""

    def send_all():
        return [sending.send_events(endpoint_id=pk) for pk in sending.find_due_endpoints()]

    return send_all
