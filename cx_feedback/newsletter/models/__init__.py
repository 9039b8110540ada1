"""Mailing lists, subscriptions, issues, follow-up rules and the settings of editors."""

from cx_feedback.newsletter.models.digests import Digest
from cx_feedback.newsletter.models.follow_ups import FollowUp, KnownTier
from cx_feedback.newsletter.models.imports import ImportPart, SubscriberImport
from cx_feedback.newsletter.models.issues import Issue
from cx_feedback.newsletter.models.lists import MailingList, Topic
from cx_feedback.newsletter.models.rules import FollowUpRule, RuleStep
from cx_feedback.newsletter.models.site_settings import NewsletterSettings
from cx_feedback.newsletter.models.subscriptions import ConsentRecord, Subscription

__all__ = [
    "ConsentRecord",
    "Digest",
    "FollowUp",
    "FollowUpRule",
    "ImportPart",
    "Issue",
    "KnownTier",
    "MailingList",
    "NewsletterSettings",
    "RuleStep",
    "SubscriberImport",
    "Subscription",
    "Topic",
]
