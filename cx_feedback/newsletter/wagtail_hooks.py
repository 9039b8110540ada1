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
