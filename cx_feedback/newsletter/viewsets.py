"""Admin viewsets of lists, subscriptions, rules, issues and digests."""

from typing import Any, ClassVar

import django_filters
from django.db.models import CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import (
    BooleanColumn,
    Column,
    DateColumn,
    NumberColumn,
    StatusTagColumn,
    TitleColumn,
)
from wagtail.snippets.views.snippets import SnippetViewSet

from cx_feedback.core.admin.permission_checks import RoomPermissionsMixin
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass, deferred_view
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.viewsets import LedgerViewSet
from cx_feedback.newsletter import permissions
from cx_feedback.newsletter.models import (
    Digest,
    FollowUp,
    FollowUpRule,
    Issue,
    MailingList,
    Subscription,
)
from cx_feedback.newsletter.views.chooser_views import GuardedChooserViewSet

_VIEWS = "cx_feedback.newsletter.views.snippet_views"


class NewsletterSnippetViewSet(RoomPermissionsMixin, SnippetViewSet):
    """Snippets in the feedback menu, with rows as cards and a warning of others' changes."""

    menu_hook = MENU_HOOK
    index_view_class: Any = DeferredClass("cx_feedback.newsletter.views.snippet_views.CardListView")
    edit_view_class: Any = DeferredClass(
        "cx_feedback.newsletter.views.snippet_views.GuardedEditView"
    )


@clean_requests
class MailingListViewSet(NewsletterSnippetViewSet):
    model = MailingList
    model_permissions = permissions.MAILING_LISTS
    icon = "mail"
    menu_label = pgettext_lazy("newsletter", "Mailing lists")
    menu_order = 710
    base_url_path = "cx-feedback/mailing-lists"
    search_fields: ClassVar[list[str]] = ["name"]
    list_display: ClassVar[list[Any]] = [
        "name",
        NumberColumn(
            "confirmed",
            label=pgettext_lazy("newsletter", "Confirmed subscribers"),
            sort_key="confirmed",
        ),
        BooleanColumn("is_open", label=pgettext_lazy("newsletter", "Takes subscriptions")),
    ]

    def get_queryset(self, request: Any) -> QuerySet[MailingList]:
        confirmed = Q(subscriptions__state=Subscription.State.CONFIRMED)
        return MailingList.objects.annotate(confirmed=Count("subscriptions", filter=confirmed))


class SubscriptionFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("newsletter", "State"), choices=Subscription.State.choices
    )

    class Meta:
        model = Subscription
        fields: ClassVar[list[str]] = ["state", "mailing_list"]


@clean_requests
class SubscriptionViewSet(LedgerViewSet):
    model = Subscription
    model_permissions = permissions.SUBSCRIPTIONS
    name = "cx_subscriptions"
    url_prefix = "cx-feedback/subscriptions"
    icon = "group"
    menu_label = pgettext_lazy("newsletter", "Subscriptions")
    menu_order = 720
    index_view_class = DeferredClass(
        "cx_feedback.newsletter.views.subscription_admin_views.SubscriptionListView"
    )
    inspect_view_class = DeferredClass(
        "cx_feedback.newsletter.views.subscription_admin_views.SubscriptionInspectView"
    )
    inspect_template_name = "cx_feedback/newsletter/admin/subscription.html"
    index_results_template_name = "cx_feedback/newsletter/admin/subscriptions_results.html"
    filterset_class = SubscriptionFilterSet
    search_fields = ("email", "name")
    search_backend_name = None
    ordering = "-pk"
    list_display = (
        TitleColumn(
            "email",
            label=pgettext_lazy("newsletter", "Email"),
            url_name="cx_subscriptions:inspect",
            sort_key="email",
        ),
        Column("mailing_list", label=pgettext_lazy("newsletter", "Mailing list")),
        StatusTagColumn(
            "state",
            label=pgettext_lazy("newsletter", "State"),
            accessor="get_state_display",
            primary=lambda row: row.state == Subscription.State.CONFIRMED,
        ),
        Column("language", label=pgettext_lazy("newsletter", "Language")),
        DateColumn(
            "consent_at", label=pgettext_lazy("newsletter", "Agreed"), sort_key="consent_at"
        ),
        DateColumn(
            "confirmed_at", label=pgettext_lazy("newsletter", "Confirmed"), sort_key="confirmed_at"
        ),
    )
    inspect_view_fields = (
        "email", "name", "mailing_list", "topics", "state", "language", "time_zone",
        "confirmed_at", "unsubscribed_at",
        "consent_wording", "consent_version", "consent_at", "consent_page_id", "consent_source",
    )  # fmt: skip

    @property
    def list_export(self) -> tuple[str, ...]:
        from cx_feedback.newsletter.views.subscription_admin_views import EXPORT_COLUMNS

        return tuple(EXPORT_COLUMNS)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path(
                "end/<int:pk>/",
                deferred_view(
                    "cx_feedback.newsletter.views.subscription_admin_views.EndSubscriptionView"
                ),
                name="end",
            ),
            path(
                "import/",
                deferred_view("cx_feedback.newsletter.imports.views.UploadView"),
                name="imports",
            ),
            path(
                "import/<int:pk>/",
                deferred_view("cx_feedback.newsletter.imports.views.ImportView"),
                name="import",
            ),
        ]


class DeliveriesColumn(Column):
    """The number of mails sent, with a link to the statistics of the rule."""

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        if context["value"] and permissions.VIEW_MAILINGS.is_granted_to(user):
            url = reverse("cx_deliveries:mailing", args=[instance.mailing])
            context["value"] = format_html('<a href="{}">{}</a>', url, context["value"])
        return context


def _count_per_rule(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


@clean_requests
class FollowUpRuleViewSet(NewsletterSnippetViewSet):
    model = FollowUpRule
    model_permissions = permissions.FOLLOW_UP_RULES
    chooser_viewset_class = GuardedChooserViewSet
    icon = "resubmit"
    index_view_class = DeferredClass("cx_feedback.newsletter.rules.views.RuleListView")
    add_view_class = DeferredClass("cx_feedback.newsletter.rules.views.RuleCreateView")
    edit_view_class = DeferredClass("cx_feedback.newsletter.rules.views.RuleEditView")
    menu_label = pgettext_lazy("newsletter", "Follow-up rules")
    menu_order = 700
    base_url_path = "cx-feedback/follow-up-rules"
    search_fields: ClassVar[list[str]] = ["name", "subject"]
    list_filter: ClassVar[list[str]] = ["active", "trigger", "mailing_list"]
    list_display: ClassVar[list[Any]] = [
        "name",
        Column("get_trigger_display", label=pgettext_lazy("newsletter", "When a reader")),
        Column("mailing_list", label=pgettext_lazy("newsletter", "To subscribers of")),
        BooleanColumn("active", label=pgettext_lazy("newsletter", "Active")),
        NumberColumn("waiting", label=pgettext_lazy("newsletter", "Waiting")),
        DeliveriesColumn("sent", label=pgettext_lazy("mails", "Sent")),
    ]

    def get_queryset(self, request: Any) -> QuerySet[FollowUpRule]:
        mailing = Concat(
            Value("rule:"), Cast(OuterRef("pk"), CharField()), output_field=CharField()
        )
        sent = Delivery.objects.filter(mailing=mailing, state=Delivery.State.SENT).order_by()
        waiting = FollowUp.objects.filter(rule=OuterRef("pk"), state=FollowUp.State.WAITING)
        return FollowUpRule.objects.select_related("mailing_list").annotate(
            sent=_count_per_rule(sent.values("mailing").annotate(n=Count("pk")).values("n")),
            waiting=_count_per_rule(
                waiting.order_by().values("rule").annotate(n=Count("pk")).values("n")
            ),
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path(
                "dry-run/",
                deferred_view("cx_feedback.newsletter.rules.views.DryRunView", viewset=self),
                name="dry_run",
            ),
            path(
                "begin/",
                deferred_view("cx_feedback.newsletter.rules.views.StartersView", viewset=self),
                name="starters",
            ),
        ]


@clean_requests
class IssueViewSet(NewsletterSnippetViewSet):
    model = Issue
    model_permissions = permissions.ISSUES
    chooser_viewset_class = GuardedChooserViewSet
    icon = "mail"
    menu_label = pgettext_lazy("newsletter", "Issues")
    menu_order = 680
    base_url_path = "cx-feedback/issues"
    edit_view_class = DeferredClass("cx_feedback.newsletter.issues.views.IssueEditView")
    copy_view_enabled = True
    search_fields: ClassVar[list[str]] = ["subject", "preheader"]
    list_filter: ClassVar[list[str]] = ["state", "mailing_list", "language"]
    ordering = "-pk"
    list_display: ClassVar[list[Any]] = [
        "subject",
        Column("mailing_list", label=pgettext_lazy("newsletter", "To subscribers of")),
        StatusTagColumn(
            "state",
            label=pgettext_lazy("newsletter", "State"),
            accessor="get_state_display",
            primary=lambda row: row.state == Issue.State.POSTED,
        ),
        DateColumn("posted_at", label=pgettext_lazy("newsletter", "Queued"), sort_key="posted_at"),
        NumberColumn("recipients", label=pgettext_lazy("newsletter", "Recipients")),
    ]

    def get_queryset(self, request: Any) -> QuerySet[Issue]:
        return Issue.objects.select_related("mailing_list").defer(*Issue.SENT_FIELDS)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path(
                "send/<int:pk>/",
                deferred_view("cx_feedback.newsletter.issues.views.SendView", viewset=self),
                name="send",
            ),
        ]


@clean_requests
class DigestViewSet(NewsletterSnippetViewSet):
    model = Digest
    model_permissions = permissions.DIGESTS
    chooser_viewset_class = GuardedChooserViewSet
    icon = "list-ul"
    menu_label = pgettext_lazy("newsletter", "Digests")
    menu_order = 690
    base_url_path = "cx-feedback/digests"
    search_fields: ClassVar[list[str]] = ["name", "subject"]
    list_display: ClassVar[list[Any]] = [
        "name",
        Column("mailing_list", label=pgettext_lazy("newsletter", "To subscribers of")),
        Column("get_frequency_display", label=pgettext_lazy("newsletter", "How often")),
        BooleanColumn("active", label=pgettext_lazy("newsletter", "Active")),
        DateColumn("included_until", label=_("Includes articles up to"), sort_key="included_until"),
    ]
