"""Messages over an open connection of ``smtplib``, in one or two round trips instead of four.

A server that says PIPELINING (RFC 2920) takes MAIL, RCPT and DATA together, and those of the
message after this one together with the text of this one; to others they go one by one. Each
command has its answer, and a text goes out only once the three before it were good, so a failure
means what it means with ``sendmail``, whose exceptions these are.
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress

from cx_feedback.mail.messages.mime import Envelope

#: The server ends the session: RFC 5321, 3.8.
SERVICE_CLOSING = 421
#: The answers by which a command is granted.
_ACCEPTED_CODES = {"MAIL": (250,), "RCPT": (250, 251), "DATA": (354,)}


class SMTPPipeline:
    """What is said over one connection, which has been greeted."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp
        self.together = smtp.has_extn("pipelining")
        #: Whose commands went out already, with the text of the message before.
        self.asked: Envelope | None = None

    def send(
        self,
        envelope: Envelope,
        text: bytes,
        *,
        text_begins: Callable[[], None],
        upcoming: Envelope | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Send ``text``, its lines ended by CRLF and dots at their beginnings doubled.

        ``upcoming`` must be the next that is sent.

        ``text_begins`` is called right before its first byte, ``meanwhile`` while the server
        takes it. Raises SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError or
        SMTPServerDisconnected.
        """
        refusal = self._ask(envelope)
        if refusal is None:
            text_begins()
            end = b".\r\n" if text.endswith(b"\n") else b"\r\n.\r\n"
            self.asked = upcoming if self.together else None
            more = _build_commands(self.asked) if self.asked else []
            self.smtp.send(b"".join([text, end, *more]))
            meanwhile()
            code, words = self.smtp.getreply()
            if code == 250:
                return
            refusal = smtplib.SMTPDataError(code, words)
            if code == SERVICE_CLOSING:
                self.smtp.close()
        if self.asked is None:
            with suppress(smtplib.SMTPServerDisconnected):
                self.smtp.rset()
        raise refusal

    def _ask(self, envelope: Envelope) -> smtplib.SMTPException | None:
        """Send the three commands and read their answers; return the first that is no consent."""
        commands = self._announce(envelope)
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
                # It waits for a text that has nobody to go to: an empty one (RFC 2920, 3.1).
                self.smtp.send(b".\r\n")
                self.smtp.getreply()
        except smtplib.SMTPServerDisconnected:
            if refusal is None:
                raise
        return refusal

    def _announce(self, envelope: Envelope) -> list[bytes]:
        """Send the commands that go together; return those that are left to say one by one."""
        if self.asked not in (None, envelope):
            self.smtp.close()
            raise smtplib.SMTPServerDisconnected("It waits for a text that does not come.")
        commands = _build_commands(envelope)
        if self.together and self.asked is None:
            self.smtp.send(b"".join(commands))
        self.asked = None
        return [b""] * len(commands) if self.together else commands

    def end(self) -> None:
        """Leave at once where the server waits for a text: it would take QUIT for one."""
        if self.asked is not None:
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
