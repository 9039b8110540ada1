"""Personal data of this room: subscriptions with the proof of consent, follow-ups of readers."""

from typing import Any

from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import AddressBy, ByColumns, PartOf
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Expiry,
    ImpersonalModel,
    LegalGround,
    PersonalField,
    PersonalModel,
    personal_fields,
)
from cx_feedback.newsletter.imports import services as imports
from cx_feedback.newsletter.models import (
    ConsentRecord,
    Digest,
    FollowUp,
    FollowUpRule,
    ImportPart,
    Issue,
    KnownTier,
    MailingList,
    NewsletterSettings,
    RuleStep,
    SubscriberImport,
    Subscription,
    Topic,
)
from cx_feedback.newsletter.services import unconfirmed_cleanup

_WRITING = pgettext_lazy("personal data", "To send the newsletters that a person subscribed to.")
_FOLLOWING = pgettext_lazy(
    "personal data", "To write to subscribers at the right moment, and never twice."
)
_WHOSE = "the person of the export"
_EDITORS = "choices and words of the site's editors"
_WORK = "the state of the work in the background"
_FILE = "a file of an editor's: it goes when it is imported, discarded or forgotten"


def _get_consent(row: Subscription) -> dict[str, Any]:
    """Return the consent in force, in the shape of the earlier ones."""
    return {
        "wording": row.consent_wording,
        "version": row.consent_version,
        "at": row.consent_at.isoformat(),
        "page": row.consent_page_id,
        "source": row.consent_source,
    }


_IN_CONSENT = "a part of “consent”"

PERSONAL_DATA: tuple[Declaration, ...] = (
    PersonalModel(
        Subscription,
        "subscriptions",
        _WRITING,
        LegalGround.CONSENT,
        ByColumns(address="email", address_by=AddressBy.CONFIRMED),
        (
            PersonalField(
                "mailing_list",
                DataKind.CONSENT,
                "list",
                get=lambda row: row.mailing_list.name,
            ),
            *personal_fields(DataKind.CONTACT, "email name"),
            PersonalField(
                "topics",
                DataKind.CONSENT,
                get=lambda row: [topic.name for topic in row.topics.all()],
            ),
            *personal_fields(
                DataKind.CONSENT, "state created_at=asked_at confirmed_at unsubscribed_at"
            ),
            PersonalField("consent_wording", DataKind.CONSENT, "consent", get=_get_consent),
            *personal_fields(
                DataKind.CONSENT,
                "consent_version consent_at consent_page_id consent_source",
                withheld=_IN_CONSENT,
            ),
            *personal_fields(DataKind.TECHNICAL, "language time_zone"),
        ),
        {_WHOSE: "reader", "how many mails asked to confirm": "opt_in_count"},
        retention=("unconfirmed_subscriptions",),
        related=("mailing_list",),
    ),
    PersonalModel(
        ConsentRecord,
        "earlier_consents",
        pgettext_lazy("personal data", "To prove what a reader agreed to or objected to."),
        LegalGround.OBLIGATION,
        PartOf(Subscription, "subscription"),
        (
            *personal_fields(DataKind.CONSENT, "wording version given_at=at page_id=page source"),
            *personal_fields(DataKind.CONSENT, "confirmed_at ended_at"),
            *personal_fields(DataKind.TECHNICAL, "language"),
        ),
        {"its subscription is above it in the export": "subscription"},
    ),
    PersonalModel(
        FollowUp,
        "follow_ups",
        _FOLLOWING,
        LegalGround.CONSENT,
        ByColumns(),
        (
            *personal_fields(DataKind.BEHAVIOUR, "trigger_key=trigger triggered_at"),
            *personal_fields(DataKind.DECISION, "rule state reason due_at"),
            *personal_fields(DataKind.BEHAVIOUR, "activity_id=activity page_id=page"),
        ),
        {_WHOSE: "reader", _WORK: "step postponed_from created_at"},
    ),
    PersonalModel(
        KnownTier,
        "known_tier",
        _FOLLOWING,
        LegalGround.CONSENT,
        ByColumns(),
        personal_fields(DataKind.DERIVED, "tier seen_at"),
        {_WHOSE: "reader"},
    ),
    Expiry(
        "unconfirmed_subscriptions",
        pgettext_lazy("personal data", "Subscriptions that nobody confirmed, and their mails"),
        lambda now: [
            unconfirmed_cleanup.find_unconfirmed(now),
            unconfirmed_cleanup.find_old_guides(now),
        ],
        unconfirmed_cleanup.delete_unconfirmed,
    ),
    Expiry(
        "subscriber_files",
        pgettext_lazy("personal data", "Files of subscribers that were not imported"),
        lambda now: [imports.find_abandoned_files(now)],
        imports.sweep_imports,
    ),
    ImpersonalModel(
        SubscriberImport,
        {
            _FILE: "file_name encoding headings sample problems columns",
            _EDITORS: "mailing_list language wording agreed_at proof report_language user",
            _WORK: "key state check_counts import_counts error created_at started_at progress_at",
        },
    ),
    ImpersonalModel(ImportPart, {_FILE: "subscriber_import number content"}),
    ImpersonalModel(
        MailingList, {_EDITORS: "name description consent_wording from_email site is_open"}
    ),
    ImpersonalModel(Topic, {_EDITORS: "mailing_list name description section sort_order"}),
    ImpersonalModel(
        Digest,
        {
            _EDITORS: "name active mailing_list topics section page_types language frequency "
            "weekday hour min_articles subject intro",
            _WORK: "included_until",
        },
    ),
    ImpersonalModel(
        Issue,
        {
            _EDITORS: "mailing_list topics language subject other_subject test_share test_hours "
            "preheader body in_archive digest digest_at send_at problem sent_html sent_other_html",
            _WORK: "key test_ends_at test_message_ids winner state posted_at recipients created_at",
        },
    ),
    ImpersonalModel(
        FollowUpRule,
        {
            _EDITORS: "name active active_since trigger repeat mailing_list language wait "
            "wait_unit answer tiers section only_after never_after stop_when_answered "
            "stop_when_back hold_back subject body updated_at"
        },
    ),
    ImpersonalModel(RuleStep, {_EDITORS: "rule wait wait_unit subject body sort_order"}),
    ImpersonalModel(
        NewsletterSettings,
        {_EDITORS: "site cap_mails cap_days quiet_from quiet_until track_clicks"},
    ),
)
