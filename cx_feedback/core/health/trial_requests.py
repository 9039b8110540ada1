"""Requests to the site itself, by its own middleware and URLs, whose effects are taken back."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db import connections, transaction
from django.http import HttpRequest
from django.utils.functional import cached_property

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.health.databases import get_write_aliases
from cx_feedback.core.health.rendition_files import NewRenditions

#: What a page links that has ``{% cx_feedback_head %}``.
SHARED_FILES = "cx_feedback/core/core"
#: Milliseconds for a statement and for a lock, on PostgreSQL.
STATEMENT_TIMEOUT, LOCK_TIMEOUT = 5000, 2000
#: The attribute of requests whose exceptions are raised and reported to nobody.
_TRIAL = "is_cx_trial"


@contextmanager
def taken_back() -> Iterator[None]:
    """Roll back all that the block writes, and keep its values out of the site's cache.

    Nothing of it is ever committed, so no task is queued and no mail is sent. The files of
    renditions that pages make go with their rows.
    """
    with cache.set_aside():
        renditions = NewRenditions()
        try:
            with _rolled_back(renditions):
                yield
        finally:
            renditions.delete_files()


@contextmanager
def _rolled_back(renditions: NewRenditions) -> Iterator[None]:
    aliases = get_write_aliases()
    with ExitStack() as stack:
        for alias in aliases:
            stack.enter_context(transaction.atomic(using=alias))
            _set_timeouts(alias)
        try:
            yield
        finally:
            renditions.find()
            for alias in aliases:
                transaction.set_rollback(True, using=alias)


def _set_timeouts(alias: str) -> None:
    if connections[alias].vendor != "postgresql":
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT}")
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}")


@dataclass(frozen=True)
class TrialResponse:
    """A response of the site."""

    status: int
    text: str
    content_type: str
    location: str
    #: Whether one of our own views answered, and not the site's middleware.
    is_ours: bool


class TrialClient:
    """Sends requests as a browser on a page of the site does, without an account or a cookie."""

    def __init__(self, site_url: str) -> None:
        parts = urlsplit(site_url)
        self.is_secure = parts.scheme == "https"
        self.host, self.port = parts.hostname or "localhost", parts.port
        self.origin = f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def handler(self) -> BaseHandler:
        handler = BaseHandler()
        handler.load_middleware()
        return handler

    def get_page(self, path: str) -> TrialResponse:
        """Return the response to a browser that opens ``path``; exceptions are raised."""
        headers = {"sec-fetch-site": "none", "accept": "text/html"}
        return self._send(self._factory.get(path, headers=headers))

    def post_form(self, path: str, fields: Sequence[tuple[str, str]]) -> TrialResponse:
        """Return the response to a form that a browser posts; exceptions are raised."""
        kind = "application/x-www-form-urlencoded"
        return self._send(self._post(path, urlencode(fields), kind, "text/html"))

    def post_json(self, path: str, body: Any) -> TrialResponse:
        """Return the response to a form that the script sends; exceptions are raised."""
        kind = "application/json"
        return self._send(self._post(path, json.dumps(body), kind, "*/*"))

    @cached_property
    def _factory(self) -> Any:
        # Only when the doctor runs: it brings Django's whole test package.
        from django.test import RequestFactory

        port = self.port or (443 if self.is_secure else 80)
        environ: dict[str, Any] = {
            "SERVER_NAME": self.host,
            "SERVER_PORT": str(port),
            "wsgi.url_scheme": "https" if self.is_secure else "http",
        }
        return RequestFactory(**environ)

    def _post(self, path: str, body: str, content_type: str, accept: str) -> HttpRequest:
        headers = {"origin": self.origin, "sec-fetch-site": "same-origin", "accept": accept}
        request: HttpRequest = self._factory.post(
            path, body, content_type=content_type, headers=headers
        )
        return request

    def _send(self, request: HttpRequest) -> TrialResponse:
        setattr(request, _TRIAL, True)
        got_request_exception.connect(_raise_in_trials, dispatch_uid=_TRIAL)
        response: Any = self.handler.get_response(request)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        match = request.resolver_match
        return TrialResponse(
            status=response.status_code,
            text=body.decode(response.charset, "replace"),
            content_type=response.headers.get("Content-Type", ""),
            location=response.headers.get("Location", ""),
            is_ours=bool(match and "cx_feedback" in match.namespaces),
        )


def _raise_in_trials(request: Any = None, **kwargs: Any) -> None:
    """Raise the exception of a trial again, so that Django mails it to no administrator."""
    error = sys.exc_info()[1]
    if getattr(request, _TRIAL, False) and error is not None:
        raise error
