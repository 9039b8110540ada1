from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cx_feedback.newsletter.viewsets import (
    DigestViewSet,
    FollowUpRuleViewSet,
    IssueViewSet,
    MailingListViewSet,
    SubscriptionViewSet,
)

register_snippet(MailingListViewSet)
register_snippet(FollowUpRuleViewSet)
register_snippet(IssueViewSet)
register_snippet(DigestViewSet)


@hooks.register("register_admin_viewset")
def register_viewset() -> SubscriptionViewSet:
    return SubscriptionViewSet()


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Register the names of imports and exports in Wagtail's audit log."""
    from cx_feedback.newsletter.imports.import_worker import FINISH_ACTION
    from cx_feedback.newsletter.imports.services import START_ACTION
    from cx_feedback.newsletter.views.subscription_admin_views import EXPORT_ACTION

    actions.register_action(
        START_ACTION,
        pgettext_lazy("newsletter", "Import subscribers"),
        _("Import of subscribers started"),
    )
    actions.register_action(
        FINISH_ACTION,
        pgettext_lazy("newsletter", "Imported subscribers"),
        pgettext_lazy("newsletter", "Subscribers imported"),
    )
    actions.register_action(
        EXPORT_ACTION,
        pgettext_lazy("newsletter", "Export subscribers"),
        pgettext_lazy("newsletter", "Exported subscribers"),
    )
