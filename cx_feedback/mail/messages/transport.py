"""One open connection of Django's e-mail backend, and what its failures mean."""

import re
import smtplib
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from cx_feedback.mail.messages.outgoing import OutgoingMessage
from cx_feedback.mail.messages.smtp_pipeline import SERVICE_CLOSING, SMTPPipeline

#: Seconds after which a silent server counts as gone, where EMAIL_TIMEOUT says nothing.
TIMEOUT = 60
_ERROR_LENGTH = 500


class Fate(Enum):
    """What became of a message."""

    SENT = "sent"
    REFUSED = "refused"  #: for good: this message will never be taken
    LATER = "later"  #: surely not sent, worth another try
    UNSURE = "unsure"  #: the connection ended before the answer came
    DOWN = "down"  #: surely not sent, and no other message would be either
    SENDER = "sender"  #: surely not sent, and no other message of this sender would be either


@dataclass(frozen=True)
class Verdict:
    fate: Fate
    error: str = ""
    #: Of a refusal that may not be about this message or its recipient, the server's codes.
    code: str = ""
    #: What the provider calls the message, where the backend tells.
    provider_id: str = ""


_SENT = Verdict(Fate.SENT)
#: Failures before any message: of the connection or of who we are.
_SESSION_ERRORS = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
#: Answers that ask for a password, or refuse the one we have: RFC 4954, 6.
_AUTHENTICATION_CODES = (454, 530, 534, 535, 538)
#: Subject and detail of an enhanced code.
_ENHANCED = re.compile(rb"\A\s*[245]\.(\d{1,3}\.\d{1,3})\b")
#: Of the mail system: full, closed, not able, wrongly set up.
_SYSTEM_DETAILS = ("3.0", "3.1", "3.2", "3.3", "3.5")
#: The sender's address or mailbox is wrong.
_SENDER_DETAILS = ("1.7", "1.8")
#: Of the recipient's address and mailbox, and of what the message holds.
_RECIPIENT_SUBJECTS, _MESSAGE_DETAILS = ("1", "2", "6"), ("3.4",)
#: Of backends that speak HTTP: who are you, you may not send as this, too many.
_HTTP_STATUSES = {401: Fate.DOWN, 403: Fate.SENDER, 429: Fate.DOWN}


class Transport:
    """Sends messages one by one over a connection that stays open; a context manager."""

    def __init__(self) -> None:
        backend: Any = get_connection()
        if getattr(backend, "timeout", TIMEOUT) is None:
            backend.timeout = TIMEOUT
        self.backend = backend
        self._watched: Any = None
        self._conversation: SMTPPipeline | None = None
        self._data_began = True

    @property
    def is_smtp(self) -> bool:
        """Whether it is Django's own backend for SMTP, which needs nothing but its connection."""
        return type(self.backend) is SMTPBackend

    def __enter__(self) -> "Transport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop()

    def send(self, parcel: OutgoingMessage, upcoming: OutgoingMessage | None = None) -> Verdict:
        """Send ``parcel``; a connection that was lost before its text is opened once more.

        ``upcoming`` is the one that is sent next, if it may go: its commands go out with this
        text. Raises KeyError or ValueError for a letter that cannot be filled in.
        """
        for last in (False, True):
            try:
                self._open()
            except Exception as error:
                self._drop()
                return Verdict(Fate.DOWN, _format_error(error))
            message = self._message(parcel)
            try:
                return self._post(parcel, upcoming, message)
            except SoftTimeLimitExceeded:
                raise
            except Exception as error:
                verdict = classify_error(error, data_began=self._data_began)
                if _is_connection_lost(error):
                    self._drop()
                    if not self._data_began and not last:
                        continue
                return verdict
        raise AssertionError("unreachable")

    def connect(self) -> None:
        """Open the connection if that can be; what is wrong shows when a message goes."""
        try:
            self._open()
        except Exception:
            self._drop()

    def _message(self, parcel: OutgoingMessage) -> EmailMultiAlternatives | bytes:
        """Return bytes for Django's own backend for SMTP, which is quicker."""
        if self.is_smtp and parcel.envelope:
            return parcel.text
        return parcel.filled.build_email()

    def _post(
        self,
        parcel: OutgoingMessage,
        upcoming: OutgoingMessage | None,
        message: EmailMultiAlternatives | bytes,
    ) -> Verdict:
        if isinstance(message, bytes) and parcel.envelope and self._conversation:
            self._conversation.send(
                parcel.envelope,
                message,
                text_begins=self._text_begins,
                upcoming=upcoming.envelope if upcoming else None,
                meanwhile=upcoming.prepare if upcoming else lambda: None,
            )
            return _SENT
        if not self.backend.send_messages([message]):
            return Verdict(Fate.LATER, "Nothing was sent.")
        status = getattr(message, "anymail_status", None)
        return Verdict(Fate.SENT, provider_id=str(getattr(status, "message_id", None) or ""))

    def _open(self) -> None:
        self.backend.open()
        smtp = getattr(self.backend, "connection", None)
        # Other backends do not show when they begin: then a lost connection leaves a doubt.
        self._data_began = not isinstance(smtp, smtplib.SMTP)
        if isinstance(smtp, smtplib.SMTP) and smtp is not self._watched:
            self._watch(smtp)

    def _watch(self, smtp: smtplib.SMTP) -> None:
        """Note when the text of a message begins: a connection lost before left no doubt."""
        smtp.ehlo_or_helo_if_needed()
        self._conversation = SMTPPipeline(smtp)
        data = smtp.data

        def noted(msg: Any) -> Any:
            self._text_begins()
            return data(msg)

        smtp.data = noted  # type: ignore[method-assign]
        self._watched = smtp

    def _text_begins(self) -> None:
        self._data_began = True

    def _drop(self) -> None:
        if self._conversation:
            self._conversation.end()
            self._conversation = None
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            self.backend.connection = None
        self._watched = None


def classify_error(error: Exception, *, data_began: bool) -> Verdict:
    """Return what ``error`` says about the message, by the classes of RFC 5321, 4.2.1."""
    words = _format_error(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = min(error.recipients.values(), default=(0, b""))
        return _classify_reply(code, text, words)
    if isinstance(error, _SESSION_ERRORS):
        return Verdict(Fate.DOWN, words, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPSenderRefused):
        # Our own side is wrong, not the recipient: an editor puts it right and it goes out.
        verdict = _classify_reply(error.smtp_code, error.smtp_error, words)
        if verdict.fate is Fate.DOWN:
            return verdict
        return Verdict(Fate.SENDER, words, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPResponseException):
        return _classify_reply(error.smtp_code, error.smtp_error, words, data_began=data_began)
    if isinstance(error, (smtplib.SMTPNotSupportedError, ValueError)):
        return Verdict(Fate.REFUSED, words)
    status = getattr(error, "status_code", None)  # of backends that speak HTTP
    if isinstance(status, int) and 400 <= status < 500:
        return Verdict(_HTTP_STATUSES.get(status, Fate.REFUSED), words, str(status))
    if data_began:
        return Verdict(Fate.UNSURE, words)
    # A connection that ends again and again before any text is no recipient's.
    return Verdict(Fate.DOWN, words, "lost")


def _classify_reply(
    code: int, text: bytes | str, words: str, *, data_began: bool = False
) -> Verdict:
    """Return what an answer means, by its code and its enhanced code (RFC 3463) if it has one."""
    found = _ENHANCED.match(text if isinstance(text, bytes) else text.encode())
    detail = found[1].decode() if found else ""
    name = f"{code} {detail}".strip()
    if (
        (code == SERVICE_CLOSING and not data_began)
        or code in _AUTHENTICATION_CODES
        or detail in _SYSTEM_DETAILS
    ):
        return Verdict(Fate.DOWN, words, name)
    if detail in _SENDER_DETAILS:
        return Verdict(Fate.SENDER, words, name)
    its_own = detail.partition(".")[0] in _RECIPIENT_SUBJECTS or detail in _MESSAGE_DETAILS
    return Verdict(Fate.REFUSED if code >= 500 else Fate.LATER, words, "" if its_own else name)


def _is_connection_lost(error: Exception) -> bool:
    """Return whether the connection is gone; a server may say so before (421)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == SERVICE_CLOSING for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == SERVICE_CLOSING
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPNotSupportedError)


def _format_error(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_ERROR_LENGTH]
