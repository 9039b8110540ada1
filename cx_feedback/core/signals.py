"""The signals between rooms: the only way in which rooms that do not import each other speak.

All are sent inside the transaction that makes the fact, so what a receiver writes is kept or
lost with it; a receiver does no slow work and touches no network, it writes rows and leaves the
rest to a task (``cx_feedback.core.tasks.nudge``). Arguments are ids and plain values.
"""

from typing import Any

from django.dispatch import Signal

#: A reader did something. activity_id, reader_id, kind, page_id, object_id, detail (dict).
#: Sent by readers.services.act for every act; what was done about readers, a mail say
#: (readers.services.record), is in the ledger without it.
reader_acted = Signal()

#: A reader is about to do something. kind, detail. A receiver of ``reader_acted`` may answer here
#: that it will write nothing about it (False): once all of them do, no transaction is needed
#: around an act that is a single statement.
act_wanted = Signal()

#: A reader who used to come stopped. reader_id, silence_id, since (date of the last visit),
#: probability (of a return within the horizon, 0 to 1). Once for each silence.
reader_fell_silent = Signal()

#: A silent reader came again. reader_id, silence_id, days (of silence). Once for each silence.
reader_won_back = Signal()

#: An editor tries what would follow such a turn. kind ("fell_silent", "won_back"), since (aware
#: datetime), most. A receiver returns the newest ``most`` as (reader id, aware datetime); nothing
#: is written.
turns_asked = Signal()

#: A mail is about to be claimed for sending. deliveries (list of mail.models.Delivery).
#: A receiver returns {delivery id: reason} for those that must not go out any more, and
#: {delivery id: aware datetime} for those that must not go out before.
mail_about_to_send = Signal()

#: A mail went out or failed. delivery_id, mailing, recipient_key, reader_id, event ("sent",
#: "failed"). Sent within the commits of sending: a receiver makes those slower.
mail_event = Signal()

#: A provider reported what became of a mail. delivery_id, mailing, recipient_key, reader_id,
#: event ("bounced" for good, "complained", "unsubscribed"). Once for each report.
mail_reported = Signal()

#: Readers object to being scored. reader_ids (list of int). A receiver erases the figures and the
#: conclusions that its room holds of them; nothing else.
scoring_refused = Signal()

#: Somebody asked for their data. email (str), reader_ids (list of int).
#: A receiver returns (section name, list of plain dictionaries).
person_exported = Signal()

#: Somebody asked to be forgotten. email (str or ""), reader_ids (list of int).
#: A receiver erases what its room holds of them and returns (section name, count).
person_erased = Signal()

#: Somebody is sought by an address. email (str, in lower case). A receiver returns the ids (set of
#: int) of the readers who typed it, proved or not.
address_sought = Signal()

#: Which addresses readers typed or confirmed. reader_ids (list of int). A receiver returns
#: {reader id: set of addresses} of what its room holds.
addresses_asked = Signal()

#: Somebody shows ids of another room. kind ("survey", "rule", "comment" …), ids (set of int).
#: A receiver returns {id: core.naming.Name} of those that are its own, else None.
things_named = Signal()

#: An editor chooses an answer to act upon. No arguments. A receiver returns a list of
#: core.naming.Offer: answers that can be told apart, each with the word that names it.
answers_offered = Signal()

#: Somebody asks which of those answers were given. object_ids (of the activities "response" and
#: "nps"). A receiver returns {object id: set of words} of those that are its own.
answers_given = Signal()

#: Staff with the right to look at one reader's history. reader_id, before (aware datetime), most.
#: A receiver returns the newest ``most`` entries before that moment, as core.timeline.Entry, of
#: what is not in the activity ledger.
timeline_asked = Signal()


def is_act_wanted(sender: Any, *, kind: str, detail: dict[str, Any]) -> bool:
    """Return whether a receiver of ``reader_acted`` may write about an act of this kind."""
    asked = collect_answers(act_wanted, sender, kind=kind, detail=detail)
    return any(asked) or len(asked) < len(reader_acted.receivers)


def collect_answers(signal: Signal, sender: Any, **named: Any) -> list[Any]:
    """Send ``signal`` and return what its receivers answered, without None."""
    return [answer for _, answer in signal.send(sender, **named) if answer is not None]
