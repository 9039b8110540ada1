"""Receivers of the signals of all rooms, which store events.

Services are imported when a signal is sent, not when Django starts.
"""

import datetime
from typing import Any

from cx_feedback.core import signals
from cx_feedback.webhooks.events import payloads

#: The events of activities in the ledger, by the kind of the activity.
ACTIVITY_EVENTS = {
    "response": "survey.response.created",
    "nps": "nps.response.created",
    "comment": "comment.created",
    "subscription": "subscription.confirmed",
}
#: The events of comments, by the state that they come to.
COMMENT_EVENTS = {
    "published": "comment.published",
    "rejected": "comment.refused",
    "spam": "comment.refused",
    "hidden": "comment.hidden",
    "tombstone": "comment.deleted",
    "erased": "comment.deleted",
}


def connect_receivers() -> None:
    for signal, receiver in (
        (signals.act_wanted, is_act_wanted),
        (signals.reader_acted, handle_reader_acted),
        (signals.readerless_response, handle_readerless_response),
        (signals.comments_changed, handle_comments_changed),
        (signals.subscription_ended, handle_subscription_ended),
        (signals.reader_fell_silent, handle_reader_fell_silent),
        (signals.reader_won_back, handle_reader_won_back),
        (signals.tier_moves_wanted, are_tier_moves_wanted),
        (signals.tiers_changed, handle_tiers_changed),
        (signals.scoring_refused, handle_scoring_refused),
        (signals.mail_reported, handle_mail_reported),
        (signals.export_ready, handle_export_ready),
    ):
        signal.connect(receiver, dispatch_uid=f"cx_feedback.webhooks.{receiver.__name__}")


def _record(event: str, *rows: tuple[Any, int | None]) -> None:
    from cx_feedback.webhooks import services

    services.record_event(event=event, payloads=rows)


def _is_wanted(event: str) -> bool:
    from cx_feedback.webhooks.events.wanted_events import is_event_wanted

    return is_event_wanted(event)


def is_act_wanted(sender: Any, kind: str, **kwargs: Any) -> bool:
    """Return whether an activity of this kind is an event that an endpoint wants."""
    return kind in ACTIVITY_EVENTS and _is_wanted(ACTIVITY_EVENTS[kind])


def handle_reader_acted(
    sender: Any,
    reader_id: int,
    kind: str,
    page_id: int | None,
    object_id: int | None,
    detail: dict[str, Any],
    **kwargs: Any,
) -> None:
    event = ACTIVITY_EVENTS.get(kind)
    if event is None or object_id is None or not _is_wanted(event):
        return
    payload: Any
    if kind == "comment":
        payload = payloads.CommentPayload(object_id, detail["thread"], "", reader_id)
    elif kind == "subscription":
        payload = payloads.SubscriptionPayload(object_id, detail["list"], reader_id)
    else:
        payload = payloads.ResponsePayload(object_id, detail["survey"], page_id, reader_id)
    _record(event, (payload, reader_id))


def handle_readerless_response(
    sender: Any, response_id: int, survey_id: int, page_id: int | None, kind: str, **kwargs: Any
) -> None:
    payload = payloads.ResponsePayload(response_id, survey_id, page_id, None)
    _record(ACTIVITY_EVENTS[kind], (payload, None))


def handle_comments_changed(
    sender: Any, changes: list[tuple[int, int, int | None, str, str]], **kwargs: Any
) -> None:
    for comment_id, thread_id, reader_id, before, after in changes:
        if not before and reader_id is None:  # of a moderator or a program: no act of a reader
            _record("comment.created", (_comment(comment_id, thread_id, after, None), None))
        if not before and after != "published":
            continue  # It began like that, so nothing was decided.
        if event := COMMENT_EVENTS.get(after):
            _record(event, (_comment(comment_id, thread_id, after, reader_id), reader_id))


def _comment(
    comment_id: int, thread_id: int, state: str, reader_id: int | None
) -> payloads.CommentPayload:
    return payloads.CommentPayload(comment_id, thread_id, state, reader_id)


def handle_subscription_ended(
    sender: Any, subscription_id: int, list_id: int, reader_id: int | None, **kwargs: Any
) -> None:
    payload = payloads.SubscriptionPayload(subscription_id, list_id, reader_id)
    _record("subscription.ended", (payload, reader_id))


def handle_reader_fell_silent(
    sender: Any,
    reader_id: int,
    silence_id: int,
    since: datetime.date,
    probability: float,
    **kwargs: Any,
) -> None:
    payload = payloads.SilencePayload(reader_id, silence_id, since.isoformat(), probability)
    _record("reader.silent", (payload, reader_id))


def handle_reader_won_back(
    sender: Any, reader_id: int, silence_id: int, days: int, **kwargs: Any
) -> None:
    _record("reader.returned", (payloads.ReturnPayload(reader_id, silence_id, days), reader_id))


def are_tier_moves_wanted(sender: Any, **kwargs: Any) -> bool:
    return _is_wanted("reader.tier_changed")


def handle_tiers_changed(sender: Any, moves: list[tuple[int, str]], **kwargs: Any) -> None:
    rows = [(payloads.TierPayload(reader_id, tier), reader_id) for reader_id, tier in moves]
    _record("reader.tier_changed", *rows)


def handle_scoring_refused(sender: Any, reader_ids: list[int], **kwargs: Any) -> None:
    """Erase what was concluded about readers and waits here, and say that they objected."""
    from cx_feedback.webhooks import services

    services.erase_conclusions(reader_ids=reader_ids)
    rows = [(payloads.ReadersPayload([one]), one) for one in reader_ids]
    _record("reader.objected", *rows)


def handle_mail_reported(
    sender: Any, delivery_id: int, mailing: str, reader_id: int | None, event: str, **kwargs: Any
) -> None:
    payload = payloads.MailPayload(delivery_id, mailing, event, reader_id)
    _record("mail.reported", (payload, reader_id))


def handle_export_ready(sender: Any, export_id: int, survey_id: int, **kwargs: Any) -> None:
    _record("export.ready", (payloads.ExportPayload(export_id, survey_id), None))
