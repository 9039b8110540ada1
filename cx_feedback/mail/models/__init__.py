"""Messages, the ledger of their deliveries, and the addresses that get no email."""

from cx_feedback.mail.models.deliveries import Delivery, DeliveryQuerySet
from cx_feedback.mail.models.hashes import hash_address, hash_address_by_each_key, map_hashes
from cx_feedback.mail.models.messages import Mailing, Message
from cx_feedback.mail.models.reports import MailReport
from cx_feedback.mail.models.sending_limits import RateLimit, ServerRefusal
from cx_feedback.mail.models.suppressions import Suppression

__all__ = [
    "Delivery",
    "DeliveryQuerySet",
    "MailReport",
    "Mailing",
    "Message",
    "RateLimit",
    "ServerRefusal",
    "Suppression",
    "hash_address",
    "hash_address_by_each_key",
    "map_hashes",
]
