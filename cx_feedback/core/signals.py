"""The signals between rooms that don't import each other.

All are sent inside the transaction of the event, so that rows of receivers are committed or rolled
back with it. A receiver must not do slow work or use the network. It writes rows and leaves the
rest to a task (``cx_feedback.core.background.task_nudges.nudge``). Arguments are ids and plain
values.
"""

from typing import Any

from django.dispatch import Signal

#: A reader acted. activity_id, reader_id, kind, page_id, object_id, detail (dict).
#: Sent by readers.services.record_act for every act that a receiver wants (act_wanted). Events
#: that concern readers, such as emails
#: (readers.services.record_events), are recorded in the ledger without it.
reader_acted = Signal()

#: A reader is about to act. kind, detail. A receiver of ``reader_acted`` may return False here if
#: it has nothing to do. If all of them do, none is called, and an act that is a single statement
#: needs no transaction.
act_wanted = Signal()

#: A response of nobody was stored: a program sent it, which acts for no reader. response_id,
#: survey_id, page_id, kind ("response" or "nps"). Sent if a receiver of ``act_wanted`` wants it,
#: but neither for tests nor for anonymous surveys.
readerless_response = Signal()

#: What the ledger says of acts has changed. reader_ids (list of int). A receiver forgets what it
#: concluded from the acts of these readers, and reads the ledger again.
acts_changed = Signal()

#: A reader stopped visiting. reader_id, silence_id, since (date of the last visit),
#: probability (of a return within the horizon, 0 to 1). Once for each silence.
reader_fell_silent = Signal()

#: An editor leaves an absent reader in peace. reader_id. Receivers write nothing more to the reader
#: about this absence.
reader_left_in_peace = Signal()

#: A screen lists absent readers. user. A receiver returns the address of a form in which this user
#: can start something for readers who stop visiting, None without permission.
absence_form_asked = Signal()

#: An absent reader came back. reader_id, silence_id, days (of absence). Once for each silence.
reader_won_back = Signal()

#: An editor previews the effects of a rule. kind ("fell_silent", "won_back"), since (aware
#: datetime), most. A receiver returns the newest ``most`` changes as (reader id, aware datetime),
#: and writes nothing.
turns_asked = Signal()

#: Comments have changed their state. changes (list of (comment id, thread id, reader id or None,
#: state before, "" for a new comment, state now)). Not sent for imported comments, nor for new ones
#: of readers that wait (``reader_acted``). The reader of an erased comment is None.
comments_changed = Signal()

#: A moderator passes a comment on to the author of its page. comment_id, reader_id, page_id, title
#: (of the page), name, email (both as the reader typed them), text, language. A receiver returns
#: True if it took the comment, False if it had it before. Without a receiver nobody is offered it.
question_to_author = Signal()

#: A screen shows comments that were questions to an author. comment_ids (list of int), user (who
#: may answer them). A receiver returns {comment id: core.rooms.comment_replies.CommentOnPage}.
comments_described = Signal()

#: An editor answers such a comment on its page. comment_id, text, name (typed, for accounts without
#: a public one), user, seen (of its CommentOnPage). A receiver publishes a reply and returns its
#: id, or raises a FeedbackError.
answer_to_comment = Signal()

#: A reply of the staff is about to be announced to followers. comment_id (of the reply). A receiver
#: returns the addresses that get it by another mail.
reply_recipients_asked = Signal()

#: A reader sends a text that is no comment. text, name, email, page_id (or None), language,
#: verified (whether the address is proved). A receiver returns whether it reads like spam, and
#: writes nothing.
spam_asked = Signal()

#: The spam filter learns. most (of each kind). A receiver returns the newest of its texts that
#: people have called spam or honest, as a list of core.rooms.decided_texts.DecidedText.
decided_texts_asked = Signal()

#: The texts of comments are erased or deleted. comment_ids (list of int). A receiver erases its
#: copies of them.
comments_removed = Signal()

#: A confirmed subscription has ended. subscription_id, list_id, reader_id (or None).
subscription_ended = Signal()

#: The nightly scores moved readers to other tiers. moves (list of (reader id, tier)); "" for one
#: who was taken for a program. Not sent for the first tier of a reader. Sent in parts if a receiver
#: of ``tier_moves_wanted`` returns True, since there may be a million of them.
tiers_changed = Signal()

#: Readers may move to other tiers. No arguments. A receiver of ``tiers_changed`` returns whether it
#: wants to know which.
tier_moves_wanted = Signal()

#: The file of an export of responses is ready. export_id, survey_id.
export_ready = Signal()

#: An account wants the texts of an object of another room. kind ("response" or "comment"),
#: object_id, user. A receiver returns {name: text or answers} for its own kinds, with what this
#: account may see only, otherwise None.
texts_asked = Signal()

#: A reader wants a copy of what was just sent. email (str, typed by the reader), reader_id (or
#: None), language, title (str), lines (list of question and answer in words). The receiver posts it
#: once per address and day. Whoever sends it leaves out what a stranger could misuse it for.
copy_requested = Signal()

#: Emails are about to be claimed for sending. deliveries (list of mail.models.Delivery).
#: A receiver returns {delivery id: reason} for those that must not be sent any more, and
#: {delivery id: aware datetime} for those that must not be sent before.
mail_about_to_send = Signal()

#: An email was sent or failed. delivery_id, mailing, recipient_key, reader_id, event ("sent",
#: "failed"). Sent within the transactions of sending, which receivers slow down.
mail_event = Signal()

#: A provider reported an event of an email. delivery_id, mailing, recipient_key, reader_id,
#: event ("bounced" for good, "complained", "unsubscribed"). Once for each report.
mail_reported = Signal()

#: A room compares what readers do with what was expected of them. reader_ids (list of int). A
#: receiver returns {reader id: core.rooms.expected_returns.ExpectedReturn} as of now.
returns_expected = Signal()

#: Readers object to being scored. reader_ids (list of int). A receiver erases the figures and
#: conclusions of its room about them, nothing else.
scoring_refused = Signal()

#: A screen shows ids of another room. kind ("survey", "rule", "comment" …), ids (set of int).
#: A receiver returns {id: core.rooms.titles.Name} for its own kinds, otherwise None.
things_named = Signal()

#: An editor chooses an answer for a rule. No arguments. A receiver returns a list of
#: core.rooms.titles.Offer.
answers_offered = Signal()

#: A room needs the answers in responses. object_ids (of the activities "response" and "nps").
#: A receiver returns {object id: set of keys of answers} for its own objects.
answers_given = Signal()

#: An editor is to answer a response. object_id (of the activities "response" and "nps"). A receiver
#: returns a core.rooms.response_descriptions.ResponseDescription of its own object, otherwise None.
response_described = Signal()

#: The history of a reader is shown. reader_id, before (aware datetime), most.
#: A receiver returns the newest ``most`` core.rooms.timeline.Entry before that moment of events
#: that aren't in the activity ledger.
timeline_asked = Signal()


def is_act_wanted(sender: Any, *, kind: str, detail: dict[str, Any]) -> bool:
    """Return whether a receiver of ``reader_acted`` may write something for this act."""
    asked = collect_answers(act_wanted, sender, kind=kind, detail=detail)
    return any(asked) or len(asked) < len(reader_acted.receivers)


def collect_answers(signal: Signal, sender: Any, **named: Any) -> list[Any]:
    """Send ``signal`` and return the results of its receivers, without None."""
    return [answer for _, answer in signal.send(sender, **named) if answer is not None]
