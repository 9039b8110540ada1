"""Errors for missing mailing lists, and tombstones of deleted lists and issues."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput
from cx_feedback.newsletter.models import Issue, MailingList
from cx_feedback.readers import tombstones

LIST_TOMBSTONE = "list"


def build_missing_list_error(ids: Collection[int]) -> FeedbackError:
    """Return the error for lists of which at least one doesn't exist. Costs one query."""
    if tombstones.were_public(kind=LIST_TOMBSTONE, keys=ids):
        return Gone(fields={"list": [_("This list is no longer here.")]})
    return InvalidInput(fields={"list": [_("There is no such list.")]})


def keep_tombstone_of_list(sender: Any, instance: MailingList, **kwargs: Any) -> None:
    """Store a tombstone for a list that is about to be deleted, since its archive is public."""
    tombstones.create_tombstones(kind=LIST_TOMBSTONE, keys=[instance.pk])


def keep_tombstone_of_issue(sender: Any, instance: Issue, **kwargs: Any) -> None:
    """Store a tombstone for a public issue that is about to be deleted."""
    instance.keep_tombstone()
