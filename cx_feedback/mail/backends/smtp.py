"""An SMTP backend that needs one or two round trips for a message instead of four.

It is the fast twin of Django's SMTP backend, for sites that name it as ``EMAIL_BACKEND``, and sends
half as much again to twice as many messages a second (docs/benchmarks.md, "mail"). Without it the
same bytes go by Django's backend, or any other; what is lost with it is only that a connection that
breaks before the text of a message leaves no doubt. ``tests/mail/test_backends.py`` runs both.

A server that offers PIPELINING (RFC 2920) gets MAIL, RCPT and DATA together, and the commands of
the next message together with the text of this one. Other servers get them one by one. The text is
sent only after the three commands were accepted, so the exceptions have the same meaning as those
of ``smtplib.SMTP.sendmail``.
"""

import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import zip_longest
from threading import RLock
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.messages.mime import Envelope
from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
from cx_feedback.mail.messages.send_errors import (
    SERVICE_CLOSING,
    classify_error,
    format_error,
    is_connection_lost,
)

#: Reply codes that accept a command.
_ACCEPTED_CODES = {"MAIL": (250,), "RCPT": (250, 251), "DATA": (354,)}
_SENT = DeliveryResult(DeliveryStatus.SENT)
_TEXT_BEGAN = DeliveryResult(DeliveryStatus.IN_DOUBT, "Interrupted.")
#: Results after which the other messages of a call are not tried, since they may go the same way.
_FINAL_STATUSES = (
    DeliveryStatus.SERVER_DOWN, DeliveryStatus.SENDER_REFUSED, DeliveryStatus.IN_DOUBT,
)  # fmt: skip
#: Errors of a message or of the connection. Others, such as a time limit of a task, end the call.
_ERRORS = (OSError, ValueError)


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend with PIPELINING for the messages of the deliveries ledger.

    The outcome of each message is written on it, as ``delivery_result``, before its text begins
    and as soon as the server has answered. So one that is refused doesn't end the call: the
    others are sent, and then the first error is raised. Emails that have nothing to do with the
    ledger are sent as Django sends them.
    """

    #: Tells ``Transport`` that the messages of a commit can be handed over together.
    writes_results = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pipeline: SMTPPipeline | None = None
        self._sending = RLock()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send the messages and return the number sent. Raises the first error at the end."""
        with self._sending:
            was_open = self.connection is not None
            try:
                return self._send_all(email_messages)
            finally:
                self._end_announcement()
                if not was_open:
                    self.close()

    def close(self) -> None:
        """Close the connection, without QUIT if the server would take that for a text."""
        if self._pipeline and self._pipeline.announced:
            self._pipeline.smtp.close()
        self._pipeline = None
        super().close()

    def _send_all(self, messages: Sequence[EmailMessage]) -> int:
        sent, first_error = 0, None
        for message, upcoming in zip_longest(messages, messages[1:]):
            if not isinstance(message, OutgoingEmail):
                self._end_announcement()
                sent += super().send_messages([message]) or 0
                continue
            if not isinstance(upcoming, OutgoingEmail):
                upcoming = None
            error = self._send_one(message, upcoming)
            sent += error is None
            first_error = first_error or error
            if message.delivery_result and message.delivery_result.status in _FINAL_STATUSES:
                break
        if first_error and not self.fail_silently:
            raise first_error
        return sent

    def _send_one(self, email: OutgoingEmail, upcoming: OutgoingEmail | None) -> Exception | None:
        """Send a message. If the connection is lost before its text, connect again once."""
        for is_last in (False, True):
            try:
                pipeline = self._open_pipeline()
            except _ERRORS as error:
                self._drop_connection()
                email.delivery_result = DeliveryResult(
                    DeliveryStatus.SERVER_DOWN, format_error(error)
                )
                return error
            try:
                self._transmit(pipeline, email, upcoming)
            except _ERRORS as error:
                has_begun = email.delivery_result is _TEXT_BEGAN
                if is_connection_lost(error):
                    self._drop_connection()
                    if not has_begun and not is_last:
                        continue
                email.delivery_result = classify_error(error, data_began=has_begun)
                return error
            email.delivery_result = _SENT
            return None
        raise AssertionError("unreachable")

    def _open_pipeline(self) -> "SMTPPipeline":
        self.open()
        if self.connection is None:  # fail_silently
            raise smtplib.SMTPServerDisconnected("No connection could be opened.")
        if self._pipeline is None or self._pipeline.smtp is not self.connection:
            self.connection.ehlo_or_helo_if_needed()
            self._pipeline = SMTPPipeline(self.connection)
        return self._pipeline

    def _transmit(
        self, pipeline: "SMTPPipeline", email: OutgoingEmail, upcoming: OutgoingEmail | None
    ) -> None:
        def mark_text_began() -> None:
            email.delivery_result = _TEXT_BEGAN

        if email.envelope is None:
            self._end_announcement()
            self.open()
            mark_text_began()
            super().send_messages([email])
            return
        pipeline.send(
            email.envelope,
            email.smtp_data,
            on_data=mark_text_began,
            upcoming=upcoming.envelope if upcoming else None,
            meanwhile=upcoming.prepare if upcoming else lambda: None,
        )

    def _end_announcement(self) -> None:
        """Drop the connection if the server waits for the text of another message."""
        if self._pipeline and self._pipeline.announced:
            self._drop_connection()

    def _drop_connection(self) -> None:
        with suppress(OSError):
            self.close()
        self.connection = None


class SMTPPipeline:
    """Sends messages over one connection, after EHLO."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp
        self.has_pipelining = smtp.has_extn("pipelining")
        #: The envelope whose commands were sent with the text of the message before.
        self.announced: Envelope | None = None

    def send(
        self,
        envelope: Envelope,
        text: bytes,
        *,
        on_data: Callable[[], None],
        upcoming: Envelope | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Send ``text``, with CRLF line ends and doubled dots at the beginnings of lines.

        ``upcoming`` must be the envelope of the next message. ``on_data`` is called before the
        first byte of the text, ``meanwhile`` while the server processes it. Raises
        SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError or SMTPServerDisconnected.
        """
        refusal = self._send_commands(envelope)
        if refusal is None:
            on_data()
            end = b".\r\n" if text.endswith(b"\n") else b"\r\n.\r\n"
            self.announced = upcoming if self.has_pipelining else None
            more = _build_commands(self.announced) if self.announced else []
            self.smtp.send(b"".join([text, end, *more]))
            meanwhile()
            code, words = self.smtp.getreply()
            if code == 250:
                return
            refusal = smtplib.SMTPDataError(code, words)
            if code == SERVICE_CLOSING:
                self.smtp.close()
        if self.announced is None:
            with suppress(smtplib.SMTPServerDisconnected):
                self.smtp.rset()
        raise refusal

    def _send_commands(self, envelope: Envelope) -> smtplib.SMTPException | None:
        """Send the three commands, read the replies and return the first negative one."""
        commands = self._send_together(envelope)
        refusal: smtplib.SMTPException | None = None
        try:
            for line, (command, good) in zip(commands, _ACCEPTED_CODES.items(), strict=True):
                if line:
                    self.smtp.send(line)
                code, words = self.smtp.getreply()
                if code not in good:
                    refusal = refusal or _build_refusal(command, code, words, envelope)
                if code == SERVICE_CLOSING:
                    self.smtp.close()
                if code == SERVICE_CLOSING or (refusal and line):
                    return refusal
            if refusal is not None and code in _ACCEPTED_CODES["DATA"]:
                # The server waits for a text that has no recipient: send none (RFC 2920, 3.1).
                self.smtp.send(b".\r\n")
                self.smtp.getreply()
        except smtplib.SMTPServerDisconnected:
            if refusal is None:
                raise
        return refusal

    def _send_together(self, envelope: Envelope) -> list[bytes]:
        """Send the commands at once if possible, and return those that are left to send."""
        if self.announced not in (None, envelope):
            self.smtp.close()
            raise smtplib.SMTPServerDisconnected("It waits for a text that does not come.")
        commands = _build_commands(envelope)
        if self.has_pipelining and self.announced is None:
            self.smtp.send(b"".join(commands))
        self.announced = None
        return [b""] * len(commands) if self.has_pipelining else commands


def _build_commands(envelope: Envelope) -> list[bytes]:
    sender, to = envelope
    return [
        f"MAIL FROM:<{sender}>\r\n".encode("ascii"),
        f"RCPT TO:<{to}>\r\n".encode("ascii"),
        b"DATA\r\n",
    ]


def _build_refusal(
    command: str, code: int, words: bytes, envelope: Envelope
) -> smtplib.SMTPException:
    sender, to = envelope
    if command == "MAIL":
        return smtplib.SMTPSenderRefused(code, words, sender)
    if command == "RCPT":
        return smtplib.SMTPRecipientsRefused({to: (code, words)})
    return smtplib.SMTPDataError(code, words)
