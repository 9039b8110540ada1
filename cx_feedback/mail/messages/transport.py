"""Sending messages over an open connection of Django's email backend, and judging its errors."""

import re
import smtplib
from types import TracebackType
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.messages.outgoing import OutgoingMessage
from cx_feedback.mail.messages.smtp_pipeline import SERVICE_CLOSING, SMTPPipeline

#: Seconds without an answer after which a connection counts as lost, unless EMAIL_TIMEOUT is set.
TIMEOUT = 60
_ERROR_LENGTH = 500

_SENT = DeliveryResult(DeliveryStatus.SENT)
#: Errors before any message, of the connection or the login.
_SESSION_ERRORS = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
#: Replies that ask for a login or refuse it: RFC 4954, 6.
_AUTHENTICATION_CODES = (454, 530, 534, 535, 538)
#: Subject and detail of an enhanced code.
_ENHANCED = re.compile(rb"\A\s*[245]\.(\d{1,3}\.\d{1,3})\b")
#: Details about the mail system: full, closed, not able, wrongly configured.
_SYSTEM_DETAILS = ("3.0", "3.1", "3.2", "3.3", "3.5")
#: Details about the sender's address or mailbox.
_SENDER_DETAILS = ("1.7", "1.8")
#: Subjects about the recipient's address and mailbox, and details about the content.
_RECIPIENT_SUBJECTS, _MESSAGE_DETAILS = ("1", "2", "6"), ("3.4",)
#: For backends that use HTTP: not logged in, sender not allowed, too many requests.
_HTTP_STATUSES = {
    401: DeliveryStatus.SERVER_DOWN,
    403: DeliveryStatus.SENDER_REFUSED,
    429: DeliveryStatus.SERVER_DOWN,
}


class Transport:
    """Sends messages one by one over a connection that stays open. Use it as a context manager."""

    def __init__(self) -> None:
        backend: Any = get_connection()
        if getattr(backend, "timeout", TIMEOUT) is None:
            backend.timeout = TIMEOUT
        self.backend = backend
        self._watched_smtp: Any = None
        self._pipeline: SMTPPipeline | None = None
        self._data_began = True

    @property
    def is_smtp(self) -> bool:
        """True if the backend is Django's own for SMTP, of which only the connection is used."""
        return type(self.backend) is SMTPBackend

    def __enter__(self) -> "Transport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def send(
        self, outgoing: OutgoingMessage, upcoming: OutgoingMessage | None = None
    ) -> DeliveryResult:
        """Send a message. If the connection is lost before its text, connect again once.

        ``upcoming`` is the message that is sent next, if it may go out now: its commands are sent
        with this text. Raises KeyError or ValueError if the message can't be rendered.
        """
        for last in (False, True):
            try:
                self._open()
            except Exception as error:
                self._close()
                return DeliveryResult(DeliveryStatus.SERVER_DOWN, _format_error(error))
            message = self._build_email(outgoing)
            try:
                return self._transmit(outgoing, upcoming, message)
            except SoftTimeLimitExceeded:
                raise
            except Exception as error:
                result = classify_error(error, data_began=self._data_began)
                if _is_connection_lost(error):
                    self._close()
                    if not self._data_began and not last:
                        continue
                return result
        raise AssertionError("unreachable")

    def connect(self) -> None:
        """Try to open the connection. An error is reported when the next message is sent."""
        try:
            self._open()
        except Exception:
            self._close()

    def _build_email(self, outgoing: OutgoingMessage) -> EmailMultiAlternatives | bytes:
        """Return encoded bytes for Django's own SMTP backend, which is faster."""
        if self.is_smtp and outgoing.envelope:
            return outgoing.data
        return outgoing.rendered.build_email()

    def _transmit(
        self,
        outgoing: OutgoingMessage,
        upcoming: OutgoingMessage | None,
        message: EmailMultiAlternatives | bytes,
    ) -> DeliveryResult:
        if isinstance(message, bytes) and outgoing.envelope and self._pipeline:
            self._pipeline.send(
                outgoing.envelope,
                message,
                on_data=self._mark_data_began,
                upcoming=upcoming.envelope if upcoming else None,
                meanwhile=upcoming.prepare if upcoming else lambda: None,
            )
            return _SENT
        if not self.backend.send_messages([message]):
            return DeliveryResult(DeliveryStatus.DEFERRED, "Nothing was sent.")
        status = getattr(message, "anymail_status", None)
        return DeliveryResult(
            DeliveryStatus.SENT, provider_id=str(getattr(status, "message_id", None) or "")
        )

    def _open(self) -> None:
        self.backend.open()
        smtp = getattr(self.backend, "connection", None)
        # Other backends don't show when the text begins, so a lost connection leaves a doubt.
        self._data_began = not isinstance(smtp, smtplib.SMTP)
        if isinstance(smtp, smtplib.SMTP) and smtp is not self._watched_smtp:
            self._watch_data(smtp)

    def _watch_data(self, smtp: smtplib.SMTP) -> None:
        """Record when the text of a message begins. A connection lost before leaves no doubt."""
        smtp.ehlo_or_helo_if_needed()
        self._pipeline = SMTPPipeline(smtp)
        data = smtp.data

        def watched_data(msg: Any) -> Any:
            self._mark_data_began()
            return data(msg)

        smtp.data = watched_data  # type: ignore[method-assign]
        self._watched_smtp = smtp

    def _mark_data_began(self) -> None:
        self._data_began = True

    def _close(self) -> None:
        if self._pipeline:
            self._pipeline.close_if_announced()
            self._pipeline = None
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            self.backend.connection = None
        self._watched_smtp = None


def classify_error(error: Exception, *, data_began: bool) -> DeliveryResult:
    """Return the result that ``error`` stands for, by the reply classes of RFC 5321, 4.2.1."""
    text = _format_error(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = min(error.recipients.values(), default=(0, b""))
        return _classify_reply(code, reply, text)
    if isinstance(error, _SESSION_ERRORS):
        return DeliveryResult(DeliveryStatus.SERVER_DOWN, text, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPSenderRefused):
        # The sender is at fault, not the recipient: once corrected, the message can be sent.
        result = _classify_reply(error.smtp_code, error.smtp_error, text)
        if result.status is DeliveryStatus.SERVER_DOWN:
            return result
        return DeliveryResult(DeliveryStatus.SENDER_REFUSED, text, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPResponseException):
        return _classify_reply(error.smtp_code, error.smtp_error, text, data_began=data_began)
    if isinstance(error, (smtplib.SMTPNotSupportedError, ValueError)):
        return DeliveryResult(DeliveryStatus.REFUSED, text)
    http_status = getattr(error, "status_code", None)  # of backends that use HTTP
    if isinstance(http_status, int) and 400 <= http_status < 500:
        status = _HTTP_STATUSES.get(http_status, DeliveryStatus.REFUSED)
        return DeliveryResult(status, text, str(http_status))
    if data_began:
        return DeliveryResult(DeliveryStatus.IN_DOUBT, text)
    # A connection that ends repeatedly before any text is not the recipient's fault.
    return DeliveryResult(DeliveryStatus.SERVER_DOWN, text, "lost")


def _classify_reply(
    code: int, reply: bytes | str, error: str, *, data_began: bool = False
) -> DeliveryResult:
    """Return the result of a reply, by its code and its enhanced code (RFC 3463) if it has one."""
    found = _ENHANCED.match(reply if isinstance(reply, bytes) else reply.encode())
    detail = found[1].decode() if found else ""
    name = f"{code} {detail}".strip()
    if (
        (code == SERVICE_CLOSING and not data_began)
        or code in _AUTHENTICATION_CODES
        or detail in _SYSTEM_DETAILS
    ):
        return DeliveryResult(DeliveryStatus.SERVER_DOWN, error, name)
    if detail in _SENDER_DETAILS:
        return DeliveryResult(DeliveryStatus.SENDER_REFUSED, error, name)
    is_about_message = detail.partition(".")[0] in _RECIPIENT_SUBJECTS or detail in _MESSAGE_DETAILS
    return DeliveryResult(
        DeliveryStatus.REFUSED if code >= 500 else DeliveryStatus.DEFERRED,
        error,
        "" if is_about_message else name,
    )


def _is_connection_lost(error: Exception) -> bool:
    """Return whether the connection is lost. A server may announce it (421)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == SERVICE_CLOSING for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == SERVICE_CLOSING
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPNotSupportedError)


def _format_error(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_ERROR_LENGTH]
