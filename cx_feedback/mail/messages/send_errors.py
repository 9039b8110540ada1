"""Errors of email backends, and what they mean for a message and for the connection."""

import re
import smtplib

from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus

#: The server closes the connection: RFC 5321, 3.8.
SERVICE_CLOSING = 421
_ERROR_LENGTH = 500
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


def classify_error(error: Exception, *, data_began: bool) -> DeliveryResult:
    """Return the result that ``error`` stands for, by the reply classes of RFC 5321, 4.2.1.

    ``data_began`` says whether the text of the message may have been sent.
    """
    text = format_error(error)
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


def is_service_closing(error: Exception) -> bool:
    """Return whether the server refused the message only to close the connection (421)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == SERVICE_CLOSING for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == SERVICE_CLOSING


def is_connection_lost(error: Exception) -> bool:
    """Return whether the connection can't be used any more."""
    if isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException)):
        return is_service_closing(error)
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPNotSupportedError)


def format_error(error: Exception) -> str:
    """Return the name and the words of an error as they are stored."""
    return f"{type(error).__name__}: {error}"[:_ERROR_LENGTH]
