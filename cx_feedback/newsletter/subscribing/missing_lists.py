"""What is said of a mailing list or an issue that is not there: gone, or never heard of."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput
from cx_feedback.newsletter.models import Issue, MailingList
from cx_feedback.readers import tombstones

LIST_TOMBSTONE = "list"


def build_missing_list_error(ids: Collection[int]) -> FeedbackError:
    """Return what is said to who wants lists of which one is not there; one query."""
    if tombstones.were_public(kind=LIST_TOMBSTONE, keys=ids):
        return Gone(fields={"list": [_("This list is no longer here.")]})
    return InvalidInput(fields={"list": [_("There is no such list.")]})


def keep_tombstone_of_list(sender: Any, instance: MailingList, **kwargs: Any) -> None:
    """Remember a list that is about to be deleted: each has a public archive."""
    tombstones.create_tombstones(kind=LIST_TOMBSTONE, keys=[instance.pk])


def keep_tombstone_of_issue(sender: Any, instance: Issue, **kwargs: Any) -> None:
    """Remember an issue of the archive that is about to be deleted."""
    instance.keep_tombstone()
