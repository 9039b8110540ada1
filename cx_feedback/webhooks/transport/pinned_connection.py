"""One POST to an address that was checked. No redirect is followed, no body is read."""

import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any

from cx_feedback.webhooks.models import Attempt
from cx_feedback.webhooks.transport import addresses

#: Seconds for each step of the network, and for the whole request after the name was resolved.
STEP_TIMEOUT, TIMEOUT = 10.0, 15.0
Error = Attempt.Error


@dataclass(frozen=True)
class PostResult:
    """The outcome of a request: its status, None without an answer, and the error or ""."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def is_gone(self) -> bool:
        """Return whether the receiver asks for nothing more."""
        return self.status == http.HTTPStatus.GONE


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to one of ``entries``, whatever the name stands for by now."""

    def __init__(self, host: str, port: int, entries: list[Any], *, secure: bool) -> None:
        super().__init__(host, port, timeout=STEP_TIMEOUT)
        self._entries = entries
        self._context = ssl.create_default_context() if secure else None
        if secure:
            self.default_port = http.client.HTTPS_PORT  # not named in the Host header
        self._deadline = time.monotonic() + TIMEOUT

    def connect(self) -> None:
        raw = self._open_socket()
        if self._context is not None:
            # The certificate must be that of the name.
            self.sock: Any = self._context.wrap_socket(raw, server_hostname=self.host)
        else:
            self.sock = raw
        # Until now there was nothing that the watchdog could shut down.
        self._get_step_timeout()

    def _open_socket(self) -> socket.socket:
        failure: OSError = OSError("no address")
        for family, kind, protocol, _name, address in self._entries[:3]:
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(self._get_step_timeout())
                opened.connect(address)
                opened.settimeout(self._get_step_timeout())
                return opened
            except OSError as error:
                failure = error
                opened.close()
        raise failure

    def _get_step_timeout(self) -> float:
        """Return the seconds that the next step may take; raises TimeoutError without any."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(STEP_TIMEOUT, left)


def post_message(url: str, body: bytes, headers: dict[str, str]) -> PostResult:
    """Post ``body`` to ``url`` and return the outcome; raises nothing."""
    started = time.monotonic()
    status, error = _post(url, body, headers)
    return PostResult(status, error, int((time.monotonic() - started) * 1000))


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str]:
    problem = addresses.find_url_problem(url)
    parts = addresses.split_url(url)
    if problem or parts is None:
        return None, Error.ADDRESS
    host, port = parts.hostname or "", addresses.get_port(parts)
    try:
        entries = addresses.resolve_host(host, port)
    except addresses.NameNotFound:
        return None, Error.NAME
    except addresses.AddressRefused:
        return None, Error.ADDRESS
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    connection = _PinnedConnection(host, port, entries, secure=parts.scheme == "https")
    return _read_status(connection, path, body, headers)


def _read_status(
    connection: _PinnedConnection, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int | None, str]:
    """Send the request; return its status, whose error is "" for 2xx."""
    # A receiver that sends a byte now and then would never exceed a time-out of the socket.
    watchdog = threading.Timer(TIMEOUT, _shut_down, [connection])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except ssl.SSLCertVerificationError:
        return None, Error.CERTIFICATE
    except TimeoutError:
        return None, Error.TIMEOUT
    except (OSError, ValueError):
        return None, Error.CONNECTION if watchdog.is_alive() else Error.TIMEOUT
    except http.client.HTTPException:
        return None, Error.PROTOCOL if watchdog.is_alive() else Error.TIMEOUT
    finally:
        watchdog.cancel()
        connection.close()
    if 200 <= status < 300:
        return status, ""
    return status, Error.REDIRECT if 300 <= status < 400 else Error.STATUS


def _shut_down(connection: _PinnedConnection) -> None:
    if (opened := connection.sock) is not None:
        try:
            opened.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed meanwhile
