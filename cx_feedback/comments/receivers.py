"""What this room does when a person asks for their data or to be forgotten."""

from contextvars import ContextVar
from typing import Any

import swapper
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction
from wagtail.signals import page_unpublished, post_page_move, pre_page_move

from cx_feedback.comments import personal, services
from cx_feedback.comments.models import Ban, Comment, CommentSettings, Follow, Policy, Thread
from cx_feedback.comments.rendering import cache_purge, publish_effects
from cx_feedback.comments.submission import ban_lookup, email_verification, policies
from cx_feedback.comments.views import missing_comments
from cx_feedback.core import signals
from cx_feedback.core.rooms.titles import Name, get_admin_url
from cx_feedback.mail import mailing_kinds
from cx_feedback.mail.models import Delivery

#: The addresses of the page that this thread moves, by its id, as they were.
_urls_before_move: ContextVar[dict[int, list[str]]] = ContextVar("cx_urls_before_move")
#: Characters of a comment that stand for it.
EXCERPT = 80


def connect() -> None:
    signals.person_exported.connect(export, dispatch_uid="cx_comments_export")
    signals.person_erased.connect(erase, dispatch_uid="cx_comments_erase")
    signals.things_named.connect(name_comments, dispatch_uid="cx_comments_names")
    signals.mail_about_to_send.connect(about_to_send, dispatch_uid="cx_comments_mail")
    signals.person_exported.connect(export_acts, dispatch_uid="cx_comments_export_acts")
    signals.person_erased.connect(erase_acts, dispatch_uid="cx_comments_erase_acts")
    signals.person_exported.connect(export_bans, dispatch_uid="cx_comments_export_bans")
    signals.address_sought.connect(seek_address, dispatch_uid="cx_comments_sought")
    signals.addresses_asked.connect(tell_addresses, dispatch_uid="cx_comments_addresses")
    mailing_kinds.register_mailing_kind("follow", name_news)
    mailing_kinds.register_mailing_kind("follow-optin", name_opt_ins)
    for changed in (post_save, post_delete):
        for model in (Policy, CommentSettings):
            changed.connect(policies.forget, sender=model, dispatch_uid="cx_comments_rules")
        changed.connect(ban_lookup.forget, sender=Ban, dispatch_uid="cx_comments_bans")
    mailing_kinds.register_mailing_kind("comment-proof", email_verification.names_of)
    pre_delete.connect(
        missing_comments.keep_tombstones_of_thread,
        sender=Thread,
        dispatch_uid="cx_comments_thread_tombstones",
    )
    pre_delete.connect(
        missing_comments.keep_tombstone, sender=Comment, dispatch_uid="cx_comments_tombstone"
    )
    _connect_pages()


def _connect_pages() -> None:
    """Forget what is remembered of pages that were moved, hidden or deleted."""
    page = swapper.load_model("wagtailcore", "Page")
    for signal in (page_unpublished, post_page_move):
        signal.connect(policies.forget, dispatch_uid="cx_comments_rules")
    post_delete.connect(policies.forget, sender=page, dispatch_uid="cx_comments_rules")
    pre_page_move.connect(purge_before_move, dispatch_uid="cx_comments_purge")
    post_page_move.connect(purge_moved, dispatch_uid="cx_comments_purge")
    pre_delete.connect(purge_deleted, sender=page, dispatch_uid="cx_comments_purge")
    for changed in (post_save, post_delete):
        changed.connect(
            purge_restricted, sender=PageViewRestriction, dispatch_uid="cx_comments_purge"
        )


def purge_before_move(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    # Wagtail moves in a transaction that begins after this signal and ends before the next.
    urls = publish_effects.purge_before_change(cache_purge.discussed_below(instance), later=True)
    _urls_before_move.set({instance.pk: urls})


def purge_moved(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    publish_effects.request_purge(_urls_before_move.get({}).get(instance.pk, []))


def purge_deleted(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    publish_effects.purge_before_change(cache_purge.discussed(pk=instance.pk))


def purge_restricted(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    publish_effects.purge_before_change(cache_purge.discussed_below(instance.page))


def export(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    return "comments", personal.comments(reader_ids=reader_ids, email=email)


def erase(sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any) -> tuple[str, int]:
    return "comments", services.erase(reader_ids=reader_ids, email=email)


def name_comments(
    sender: Any, *, kind: str, ids: set[int], **kwargs: Any
) -> dict[int, Name] | None:
    """Name comments by how they begin."""
    if kind != "comment":
        return None
    rows = Comment.objects.filter(pk__in=ids).only("html")
    return {
        comment.pk: Name(
            Truncator(comment.shown_words).chars(EXCERPT),
            get_admin_url("cx_comments:comment", comment.pk),
        )
        for comment in rows
    }


def about_to_send(sender: Any, deliveries: list[Delivery], **kwargs: Any) -> dict[int, str]:
    """Refuse news to who follows no more, and of what is not public any more."""
    return services.following.no_longer_wanted(deliveries)


def export_acts(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    """Return votes, flags and what is followed, each with its kind."""
    return "comment_acts", personal.acts(reader_ids=reader_ids, email=email)


def export_bans(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    return "bans", personal.bans(reader_ids=reader_ids, email=email)


def seek_address(sender: Any, *, email: str, **kwargs: Any) -> set[int]:
    return personal.readers_of(email)


def tell_addresses(sender: Any, *, reader_ids: list[int], **kwargs: Any) -> dict[int, set[str]]:
    return personal.addresses_of(reader_ids)


def erase_acts(sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any) -> tuple[str, int]:
    gone = services.votes.erase_votes(reader_ids=reader_ids)
    gone += services.flags.erase_flags(reader_ids=reader_ids)
    follows = services.following.follows_of(email=email, reader_ids=reader_ids)
    return "comment_acts", gone + follows.delete()[1].get(Follow._meta.label, 0)


def name_news(ids: list[str]) -> dict[str, str]:
    """Return comment id to a name, for the post office's screens."""
    return {pk: _("New comment %s, to followers") % pk for pk in ids}


def name_opt_ins(ids: list[str]) -> dict[str, str]:
    """Return follow id to a name, for the post office's screens."""
    return {pk: _("Confirmation of following, number %s") % pk for pk in ids}
