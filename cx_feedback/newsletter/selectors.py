"""Queries for subscriptions, lists and the names of mailings."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.mail.models import Suppression, hash_address_by_each_key
from cx_feedback.newsletter.models import (
    FollowUpRule,
    Issue,
    MailingList,
    SubscriberImport,
    Subscription,
    Topic,
)
from cx_feedback.newsletter.subscribing.missing_lists import build_missing_list_error


def get_default_list() -> MailingList | None:
    """Return the list for forms that name none: the first one that takes subscriptions."""
    found: MailingList | None = MailingList.objects.filter(is_open=True).order_by("pk").first()
    return found


@dataclass(frozen=True)
class ListSelection:
    """A list that somebody has selected, with the selected topics; all of them if empty."""

    mailing_list: MailingList
    topics: tuple[Topic, ...] = ()


def get_selected_lists(list_ids: Sequence[int], topic_ids: Sequence[int]) -> list[ListSelection]:
    """Return the lists with these ids and the lists of these topics, ordered by id.

    Without any ids, returns the default list. Raises InvalidInput naming ``list`` or ``topics``,
    the same for closed lists as for unknown ones, and Gone for deleted lists.
    """
    topics = list(
        Topic.objects.filter(pk__in=topic_ids, mailing_list__is_open=True).order_by("sort_order")
    )
    if len(topics) < len(set(topic_ids)):
        raise InvalidInput(fields={"topics": [_("There is no such topic.")]})
    ids = {*list_ids, *(topic.mailing_list_id for topic in topics)}
    found = list(MailingList.objects.filter(pk__in=ids, is_open=True).order_by("pk"))
    if not ids and (default := get_default_list()):
        found = [default]
    if not found or len(found) < len(ids):
        raise build_missing_list_error(ids)
    return [
        ListSelection(
            mailing_list, tuple(t for t in topics if t.mailing_list_id == mailing_list.pk)
        )
        for mailing_list in found
    ]


def get_subscription(subscription_id: int) -> Subscription:
    """Return a subscription. Raises NotFound if it doesn't exist any more."""
    found = Subscription.objects.select_related("mailing_list").filter(pk=subscription_id).first()
    if found is None:
        raise NotFound(_("This subscription does not exist any more."))
    return found


@dataclass(frozen=True)
class ListOffer:
    """A list offered to an address, with its present or ended subscription, if any."""

    mailing_list: MailingList
    topics: tuple[Topic, ...]
    row: Subscription | None

    @property
    def is_confirmed(self) -> bool:
        """True if the subscription is confirmed."""
        return self.row is not None and self.row.state == Subscription.State.CONFIRMED


def get_list_offers(email: str) -> list[ListOffer]:
    """Return the open lists and those that the address is subscribed to, ordered by name."""
    rows = {
        row.mailing_list_id: row
        for row in Subscription.objects.filter(email=email).prefetch_related("topics")
    }
    on = [pk for pk, row in rows.items() if row.state != Subscription.State.UNSUBSCRIBED]
    lists = MailingList.objects.filter(Q(is_open=True) | Q(pk__in=on)).order_by("name")
    return [
        ListOffer(mailing_list, tuple(mailing_list.topics.all()), rows.get(mailing_list.pk))
        for mailing_list in lists.prefetch_related("topics")
    ]


def is_suppressed(email: str) -> bool:
    """Return whether the address is suppressed, so that no mail is sent to it."""
    return Suppression.objects.filter(digest__in=hash_address_by_each_key(email)).exists()


def get_import_of_consent(source: str) -> SubscriberImport | None:
    """Return the import that a consent comes from, None for any other source."""
    kind, _colon, key = source.partition(":")
    if kind != "import" or not key:
        return None
    return SubscriberImport.objects.select_related("user").filter(key=key).first()


def _get_values(ids: list[str], model: type[Model], field: str) -> dict[str, str]:
    """Return a field of the rows that ``ids`` name, by id."""
    rows = model._default_manager.filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    return {str(pk): value for pk, value in rows.values_list("pk", field)}


def get_rule_names(ids: list[str]) -> dict[str, str]:
    """Return names by id, for the screens of the mail app."""
    names = _get_values(ids, FollowUpRule, "name")
    return {pk: pgettext("newsletter", "Rule: %s") % name for pk, name in names.items()}


def get_opt_in_names(ids: list[str]) -> dict[str, str]:
    """Return names by id, for the screens of the mail app."""
    names = _get_values(ids, MailingList, "name")
    return {pk: pgettext("newsletter", "Confirmation: %s") % name for pk, name in names.items()}


def get_issue_names(ids: list[str]) -> dict[str, str]:
    """Return names by id, for the screens of the mail app."""
    names = _get_values(ids, Issue, "subject")
    return {pk: pgettext("newsletter", "Issue: %s") % name for pk, name in names.items()}


def get_preferences_names(ids: list[str]) -> dict[str, str]:
    """Return names by id, for the screens of the mail app."""
    return {pk: _("Link to the preferences") for pk in ids}
