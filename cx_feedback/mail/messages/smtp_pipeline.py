"""Sends messages over an open ``smtplib`` connection in one or two round trips instead of four.

A server that offers PIPELINING (RFC 2920) gets MAIL, RCPT and DATA together, and the commands of
the next message together with the text of this one. Other servers get them one by one. The text is
sent only after the three commands were accepted, so the exceptions have the same meaning as those
of ``smtplib.SMTP.sendmail``.
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress

from cx_feedback.mail.messages.mime import Envelope

#: The server closes the connection: RFC 5321, 3.8.
SERVICE_CLOSING = 421
#: Reply codes that accept a command.
_ACCEPTED_CODES = {"MAIL": (250,), "RCPT": (250, 251), "DATA": (354,)}


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

    def close_if_announced(self) -> None:
        """Close the connection if the server waits for a text, which QUIT would be taken for."""
        if self.announced is not None:
            self.smtp.close()


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
