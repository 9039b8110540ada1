"""Admin views of subscriptions."""

from typing import Any, ClassVar

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import pgettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.log_actions import log

from cx_feedback.core.admin.export_views import TableExportMixin
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.admin.responsive_tables import CardTable
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.mail.views.delivery_views import LedgerRowView
from cx_feedback.newsletter import permissions, services
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.selectors import get_import_of_consent

#: Fields of an export with their headings, which cx_import_subscribers can read.
EXPORT_COLUMNS = {
    "email": "email",
    "name": "name",
    "language": "language",
    "time_zone": "time_zone",
    "mailing_list": "list",
    "topic_names": "topics",
    "state": "state",
    "consent_wording": "consent_wording",
    "consent_version": "consent_version",
    "consent_at": "consent_date",
    "consent_page_id": "consent_page",
    "consent_source": "consent_source",
    "confirmed_at": "confirmed_date",
    "unsubscribed_at": "unsubscribed_date",
}
EXPORT_ACTION = "cx_feedback.newsletter.subscriptions.export"


class SubscriptionListView(TableExportMixin, generic.IndexView):
    """The list of subscriptions, filtered by state, and their export."""

    table_class = CardTable

    export_headings: ClassVar[dict[str, str]] = EXPORT_COLUMNS

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not permissions.EXPORT_SUBSCRIPTIONS.is_granted_to(request.user):
            self.list_export: list[str] = []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("export"):
            permissions.EXPORT_SUBSCRIPTIONS.require(request.user)
            # Wagtail's audit log needs an object. For a whole table it is the user.
            asked = {name: value for name, value in request.GET.items() if value}
            log(request.user, EXPORT_ACTION, user=request.user, data={"asked": asked})
        return super().get(request, *args, **kwargs)

    def get_base_queryset(self) -> Any:
        rows = super().get_base_queryset().select_related("mailing_list")
        return rows.prefetch_related("topics")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        rows = Subscription.objects.order_by().values_list("state").annotate(n=Count("pk"))
        counts = dict(rows)
        current = self.request.GET.get("state", "")
        choices = [("", pgettext("newsletter", "All"), sum(counts.values()))]
        choices += [(s.value, str(s.label), counts.get(s.value, 0)) for s in Subscription.State]
        user = self.request.user
        context["may_import"] = permissions.IMPORT_SUBSCRIPTIONS.is_granted_to(user)
        context["may_export"] = bool(self.list_export)
        context["exports"] = [(s.label, f"?{self._get_export_query(s)}") for s in Separator]
        context["tabs"] = []
        for value, label, count in choices:
            query = self.request.GET.copy()
            query.pop("p", None)
            query["state"] = value
            url = f"{reverse('cx_subscriptions:index')}?{query.urlencode()}"
            context["tabs"].append(
                {"label": label, "count": count, "url": url, "on": value == current}
            )
        return context

    def _get_export_query(self, separator: Separator) -> str:
        query = self.request.GET.copy()
        query.pop("p", None)
        query["export"], query["separator"] = "csv", separator.value
        return str(query.urlencode())


class SubscriptionInspectView(LedgerRowView):
    """A subscription with its proof of consent."""

    def get_page_title(self) -> str:
        return pgettext("newsletter", "Subscription")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        ended = self.object.state == Subscription.State.UNSUBSCRIBED
        context["source_import"] = get_import_of_consent(self.object.consent_source)
        context["may_end"] = not ended and permissions.CHANGE_SUBSCRIPTIONS.is_granted_to(
            self.request.user
        )
        return context


class EndSubscriptionView(PermissionCheckMixin, View):
    """Unsubscribes somebody by POST, for those who asked an editor to."""

    required_permission = permissions.CHANGE_SUBSCRIPTIONS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(Subscription, pk=pk)
        row = services.unsubscribe(subscription_id=pk)
        messages.success(
            request, pgettext("newsletter", "%(email)s is unsubscribed.") % {"email": row.email}
        )
        return redirect("cx_subscriptions:inspect", pk)
