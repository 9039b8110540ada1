"""A delivery with its message, prepared for sending."""

from contextlib import suppress
from functools import cached_property

from cx_feedback.mail.messages import mime
from cx_feedback.mail.messages.rendering import RenderedMessage, get_sender, render_message
from cx_feedback.mail.models import Delivery, Message


class OutgoingMessage:
    """Renders and encodes the message of a delivery, once, when it is first needed."""

    def __init__(self, delivery: Delivery, message: Message) -> None:
        self.delivery = delivery
        self.message = message

    @cached_property
    def envelope(self) -> mime.Envelope | None:
        """Sender and recipient, or None if only Django's classes can encode the addresses."""
        return mime.get_envelope(get_sender(self.message), self.delivery.address)

    @cached_property
    def rendered(self) -> RenderedMessage:
        """The rendered message. Raises KeyError or ValueError if it can't be rendered."""
        return render_message(self.delivery, self.message)

    @cached_property
    def data(self) -> bytes:
        """The bytes to send after DATA, if there is an envelope. Raises like ``rendered``."""
        return mime.encode_message(self.rendered, double=True)

    def prepare(self) -> None:
        """Render and encode the message in advance. Errors are raised when it is sent."""
        if self.envelope:
            with suppress(KeyError, ValueError):
                self.data  # noqa: B018
