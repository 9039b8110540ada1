"""Permissions to see answers and to edit surveys.

To edit surveys is a matter of Django's permissions (add, change, delete, publish); none of them
shows an answer. A superuser may do everything.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy
from wagtail.permission_policies.pages import PagePermissionPolicy

from cx_feedback.core.permissions import (
    ACCESS_ADMIN,
    AccessRule,
    ModelPermissions,
    RoomPermission,
    TokenScope,
)

_APP = "cx_feedback_surveys"

#: To see the counts and scores of any survey or NPS widget.
VIEW_RESULTS = RoomPermission(_APP, "view_results")
#: To read what readers wrote: texts and e-mail addresses. It does not open the results of a
#: survey by itself; it adds the texts to what else somebody may see.
VIEW_TEXTS = RoomPermission(_APP, "view_texts")
#: To see single responses, one by one; without ``VIEW_TEXTS``, their texts are left out.
VIEW_RESPONSES = RoomPermission(_APP, "view_responses")
#: To mark responses as tests or spam, and to tag and annotate them.
CHANGE_RESPONSE = RoomPermission(_APP, "change_response")
CHANGE_RESPONSES = VIEW_RESPONSES & CHANGE_RESPONSE
DELETE_RESPONSE = RoomPermission(_APP, "delete_response")
DELETE_RESPONSES = VIEW_RESPONSES & DELETE_RESPONSE
EXPORT_RESPONSES = RoomPermission(_APP, "export_responses")
#: To read single responses over REST; without ``VIEW_TEXTS``, their texts are left out.
FETCH_RESPONSES = RoomPermission(_APP, "fetch_responses")
#: To read single responses, by screens or by programs.
FETCH_OR_VIEW_RESPONSES = FETCH_RESPONSES | VIEW_RESPONSES

#: The permissions on answers that are offered in the settings of groups.
GRANTED_PERMISSIONS = (
    VIEW_RESULTS,
    VIEW_TEXTS,
    VIEW_RESPONSES,
    CHANGE_RESPONSE,
    DELETE_RESPONSE,
    EXPORT_RESPONSES,
    FETCH_RESPONSES,
)

TOKEN_SCOPES = (
    TokenScope(VIEW_RESULTS, pgettext_lazy("survey", "See the results of surveys and NPS widgets")),
    TokenScope(FETCH_RESPONSES, pgettext_lazy("survey", "Read single responses")),
    TokenScope(VIEW_TEXTS, pgettext_lazy("survey", "Read what readers wrote in responses")),
)

#: To take responses out as a file; without ``VIEW_TEXTS``, texts are left out of it.
EXPORT = VIEW_RESULTS & EXPORT_RESPONSES
#: To see the page of texts.
VIEW_RESULTS_AND_TEXTS = VIEW_RESULTS & VIEW_TEXTS


class EditsPage(AccessRule):
    """Granted, for a page, to those who may edit it."""

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        if obj is None or not ACCESS_ADMIN.is_granted_to(user):
            return False
        return bool(obj.permissions_for_user(user).can_edit())


#: To see the counts and scores of what readers of one page answered.
VIEW_PAGE_RESULTS = VIEW_RESULTS | EditsPage()

#: Those who may see results or responses see the list too: that is where these are found.
SURVEYS = ModelPermissions(f"{_APP}.Survey", view=VIEW_RESULTS | VIEW_RESPONSES)


def explorable_pages(user: Any) -> QuerySet[Any]:
    """Return the pages that ``user`` may find in the admin."""
    found: QuerySet[Any] = PagePermissionPolicy().explorable_instances(user)
    return found
