"""The result of one attempt to send a message."""

from dataclasses import dataclass
from enum import Enum


class DeliveryStatus(Enum):
    """The outcome of an attempt."""

    SENT = "sent"
    REFUSED = "refused"  #: permanently: the message will never be accepted
    DEFERRED = "deferred"  #: not sent, may be tried again
    IN_DOUBT = "in_doubt"  #: the connection ended before the server answered
    SERVER_DOWN = "server_down"  #: not sent, and no other message would be either
    SENDER_REFUSED = "sender_refused"  #: not sent, nor would any other message of this sender


@dataclass(frozen=True)
class DeliveryResult:
    """The outcome of an attempt with the server's answer."""

    status: DeliveryStatus
    error: str = ""
    #: The server's codes, for refusals that may not be about this message or its recipient.
    code: str = ""
    #: The provider's ID of the message, if the backend returns one.
    provider_id: str = ""
