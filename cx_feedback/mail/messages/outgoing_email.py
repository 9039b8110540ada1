"""The email of a delivery, which any of Django's email backends can send."""

from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.mail import EmailAlternative, EmailMultiAlternatives

from cx_feedback.mail.messages import mime
from cx_feedback.mail.messages.ascii_headers import UnfoldedHeader
from cx_feedback.mail.messages.delivery_result import DeliveryResult
from cx_feedback.mail.messages.prepared_mime import PreparedMIME
from cx_feedback.mail.messages.rendering import fill_template, render_message
from cx_feedback.mail.models import Delivery, Message


class OutgoingEmail(EmailMultiAlternatives):
    """The email of a delivery, with all attributes of Django's.

    ``message()`` returns prepared bytes, since Django's message classes take longer than the mail
    server does. Text and HTML are filled in for those backends that read them. An email that a
    backend has changed is encoded by Django.
    """

    def __init__(self, delivery: Delivery, message: Message) -> None:
        """Render the email. Raises KeyError or ValueError if that isn't possible."""
        self.delivery = delivery
        self.rendered = render_message(delivery, message)
        #: The outcome, None if it isn't known. Written by the backend or by ``Transport``.
        self.delivery_result: DeliveryResult | None = None
        super().__init__(
            subject=self.rendered.subject,
            from_email=self.rendered.sender,
            to=[self.rendered.to],
            headers={
                name: UnfoldedHeader(value, name) for name, value in self.rendered.headers.items()
            },
        )
        self._body: str | None = None
        self._alternatives: list[Any] | None = None
        self._original_headers = self._list_headers()

    @property
    def body(self) -> str:
        """The plain text."""
        if self._body is None:
            self._body = self._fill_text()
        return self._body

    @body.setter
    def body(self, text: str) -> None:
        self._body = text

    @property
    def alternatives(self) -> list[Any]:
        """The HTML part, if there is one."""
        if self._alternatives is None:
            self._alternatives = self._fill_html()
        return self._alternatives

    @alternatives.setter
    def alternatives(self, parts: list[Any]) -> None:
        self._alternatives = parts

    @property
    def envelope(self) -> mime.Envelope | None:
        """The addresses of MAIL and RCPT, None if Django has to encode them or the email."""
        if self._is_changed():
            return None
        return mime.get_envelope(self.rendered.sender, self.rendered.to)

    @cached_property
    def smtp_data(self) -> bytes:
        """The bytes that follow DATA, if there is an envelope."""
        return mime.encode_message(self.rendered, double=True)

    def prepare(self) -> None:
        """Encode the email in advance. An error is raised when it is sent."""
        with suppress(ValueError):
            self.smtp_data  # noqa: B018

    def message(self, **options: Any) -> Any:
        """Return the prepared bytes as a MIME message, or Django's own if there is no envelope."""
        if self.envelope is None:
            return super().message(**options)
        return PreparedMIME(mime.encode_message(self.rendered), **options)

    def _fill_text(self) -> str:
        return fill_template(self.rendered.message.text, self.rendered.variables)

    def _fill_html(self) -> list[Any]:
        if not self.rendered.message.html:
            return []
        html = fill_template(self.rendered.message.html, self.rendered.variables, html=True)
        return [EmailAlternative(html, "text/html")]

    def _is_changed(self) -> bool:
        return (
            self._list_headers() != self._original_headers
            or (self._body is not None and self._body != self._fill_text())
            or (self._alternatives is not None and self._alternatives != self._fill_html())
        )

    def _list_headers(self) -> tuple[Any, ...]:
        """Return copies of all other attributes that a backend may change."""
        lists = (self.to, self.cc, self.bcc, self.reply_to, self.attachments)
        return self.subject, self.from_email, *map(tuple, lists), dict(self.extra_headers)
