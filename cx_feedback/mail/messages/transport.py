"""Hands emails to Django's email backend and keeps its connection open."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import get_connection

from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
from cx_feedback.mail.messages.send_errors import (
    classify_error,
    format_error,
    is_connection_lost,
    is_service_closing,
)

#: Seconds without an answer after which a connection counts as lost, unless EMAIL_TIMEOUT is set.
TIMEOUT = 60
_INTERRUPTED = DeliveryResult(DeliveryStatus.IN_DOUBT, "Interrupted.")
#: A recipient's status with django-anymail if the provider won't send to them.
_REFUSED_STATUSES = {"invalid", "rejected"}


class Transport:
    """Sends emails by the backend of ``EMAIL_BACKEND``. Use it as a context manager."""

    def __init__(self) -> None:
        backend: Any = get_connection()
        if getattr(backend, "timeout", TIMEOUT) is None:
            backend.timeout = TIMEOUT
        self.backend = backend

    @property
    def takes_batches(self) -> bool:
        """True if the backend writes ``delivery_result`` on each email, so that it can get many.

        Of others one call tells no more than the outcome of one email.
        """
        return bool(getattr(self.backend, "writes_results", False))

    def __enter__(self) -> "Transport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, emails: Sequence[OutgoingEmail]) -> None:
        """Send one email, or several if the backend takes batches, and write their results on them.

        Afterwards the first one has a result, and those without one were not sent. If the server
        only closed the connection, the email is sent over another one.
        """
        email = emails[0]
        for is_last in (False, True):
            try:
                self.backend.open()
            except Exception as error:
                self.close()
                email.delivery_result = DeliveryResult(
                    DeliveryStatus.SERVER_DOWN, format_error(error)
                )
                return
            failure = self._hand_over(emails)
            if failure is None:
                return
            if is_connection_lost(failure):
                self.close()
            if email.delivery_result is not None:
                return  # The backend raised the first error after it wrote all results.
            if is_last or not is_service_closing(failure):
                email.delivery_result = _judge_error(email, failure)
                return

    def connect(self) -> None:
        """Try to open the connection. An error is reported when the next email is sent."""
        try:
            self.backend.open()
        except Exception:
            self.close()

    def close(self) -> None:
        """Close the connection. It is opened again for the next email."""
        try:
            self.backend.close()
        except OSError:
            self.backend.connection = None

    def _hand_over(self, emails: Sequence[OutgoingEmail]) -> Exception | None:
        """Return the error of the backend. If it is interrupted, one email may be in doubt."""
        try:
            count = self.backend.send_messages(emails)
        except Exception as error:
            if not isinstance(error, SoftTimeLimitExceeded):
                return error
            self._mark_interrupted(emails)
            raise
        except BaseException:
            self._mark_interrupted(emails)
            raise
        email = emails[0]
        if email.delivery_result is None:
            email.delivery_result = _judge_count(email, count)
        return None

    def _mark_interrupted(self, emails: Sequence[OutgoingEmail]) -> None:
        if not self.takes_batches:
            emails[0].delivery_result = _INTERRUPTED


def _judge_error(email: OutgoingEmail, error: Exception) -> DeliveryResult:
    """Return the result of an error. Only replies show that the message was not accepted."""
    if _get_provider_statuses(email) and _get_provider_statuses(email) <= _REFUSED_STATUSES:
        return DeliveryResult(DeliveryStatus.REFUSED, format_error(error))
    return classify_error(error, data_began=True)


def _judge_count(email: OutgoingEmail, count: int | None) -> DeliveryResult:
    if not count:
        return DeliveryResult(DeliveryStatus.DEFERRED, "Nothing was sent.")
    provider_id = getattr(getattr(email, "anymail_status", None), "message_id", None)
    return DeliveryResult(
        DeliveryStatus.SENT, provider_id="" if provider_id is None else str(provider_id)
    )


def _get_provider_statuses(email: OutgoingEmail) -> set[str]:
    """Return the recipient's status, which django-anymail writes on the email."""
    return getattr(getattr(email, "anymail_status", None), "status", None) or set()
