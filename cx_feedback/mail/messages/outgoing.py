"""A delivery with its letter, on its way to the server."""

from contextlib import suppress
from functools import cached_property

from cx_feedback.mail.messages import mime
from cx_feedback.mail.messages.rendering import RenderedMessage, get_sender, render_message
from cx_feedback.mail.models import Delivery, Message


class OutgoingMessage:
    """Put together once: when there is time for it, at the latest when it goes."""

    def __init__(self, delivery: Delivery, message: Message) -> None:
        self.delivery = delivery
        self.message = message

    @cached_property
    def envelope(self) -> mime.Envelope | None:
        """Sender and recipient; none where only Django's classes know what to do."""
        return mime.get_envelope(get_sender(self.message), self.delivery.address)

    @cached_property
    def filled(self) -> RenderedMessage:
        """The letter filled in; raises KeyError or ValueError when that cannot be."""
        return render_message(self.delivery, self.message)

    @cached_property
    def text(self) -> bytes:
        """What follows DATA, of those with an envelope; raises as ``render_message`` does."""
        return mime.encode_message(self.filled, double=True)

    def prepare(self) -> None:
        """Put it together if that can be; what is wrong shows when it goes."""
        if self.envelope:
            with suppress(KeyError, ValueError):
                self.text  # noqa: B018
