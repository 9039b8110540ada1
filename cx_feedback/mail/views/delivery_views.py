"""Admin views of deliveries and suppressed addresses."""

import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from cx_feedback.core.admin.model_viewsets import CardListView
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.mail import permissions, selectors, services
from cx_feedback.mail.mailing_kinds import get_mailing_names
from cx_feedback.mail.models import Delivery, DeliveryQuerySet, Suppression
from cx_feedback.mail.services.delivery_changes import REQUEUEABLE_STATES


class DeliveryListView(CardListView):
    """The ledger, with states as tabs and buttons to send deliveries again."""

    def get_base_queryset(self) -> DeliveryQuerySet:
        rows: DeliveryQuerySet = super().get_base_queryset()
        return rows.select_related("message").defer("message__html", "message__text")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        names = get_mailing_names({row.mailing for row in rows})
        for row in context["table"].data:
            row.mailing_name = names.get(row.mailing, row.mailing)
            row.subject = selectors.get_subject(row)
        context["tabs"] = self._tabs()
        context["query"] = self.request.GET.urlencode()
        if permissions.CHANGE_DELIVERIES.is_granted_to(self.request.user):
            context["again"] = {
                state: self._count_requeueable(state)
                for state in (s.value for s in REQUEUEABLE_STATES)
            }
        return context

    def _count_requeueable(self, state: str) -> int:
        chosen = self.request.GET.get("state", "")
        if chosen not in ("", state):
            return 0
        found: int = self.get_queryset().filter(state=state).count()
        return found

    def _tabs(self) -> list[dict[str, Any]]:
        """Return a tab for each existing state. The tabs keep the other filters and the search."""
        counts = selectors.count_by_state()
        current = self.request.GET.get("state", "")
        tabs = [("", pgettext("delivery", "All"), sum(counts.values()))]
        tabs += [
            (state.value, str(state.label), counts[state.value])
            for state in Delivery.State
            if counts.get(state.value)
        ]
        found = []
        for value, label, count in tabs:
            query = self.request.GET.copy()
            query.pop("p", None)
            query["state"] = value
            url = f"{reverse('cx_deliveries:index')}?{query.urlencode()}"
            found.append({"label": label, "count": count, "url": url, "on": value == current})
        return found

    @cached_property
    def header_buttons(self) -> list[Any]:
        button = HeaderButton(
            label=pgettext("delivery", "Mailings"),
            url=reverse("cx_deliveries:mailings"),
            icon_name="list-ul",
        )
        return [*super().header_buttons, button]


class LedgerRowView(generic.InspectView):
    """A row of a ledger with its fields."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime.datetime):
            return localtime(value)  # Wagtail's template would show UTC.
        return "–" if value in (None, "") else value


class DeliveryView(LedgerRowView):
    """A delivery and its message, without the links that only the recipient may use."""

    def get_page_title(self) -> str:
        return pgettext("delivery", "Delivery")

    def get_page_subtitle(self) -> str:
        return str(self.object.address)

    def get_mailing_display_value(self) -> str:
        return get_mailing_names([self.object.mailing])[self.object.mailing]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["shown"] = selectors.get_masked_message(self.object)
        context["reports"] = self.object.reports.order_by("occurred_at", "pk")
        context["may_go_again"] = (
            self.object.state in REQUEUEABLE_STATES
            and permissions.CHANGE_DELIVERIES.is_granted_to(self.request.user)
        )
        return context


class RequeueView(PermissionCheckMixin, View):
    """Requeue one delivery (``pk``), or all deliveries that match the filters of the list."""

    required_permission = permissions.CHANGE_DELIVERIES
    filterset_class: Any = None
    search_fields: tuple[str, ...] = ()

    def post(self, request: HttpRequest) -> HttpResponse:
        count = services.requeue_deliveries(
            among=self.get_deliveries(request), state=request.POST.get("only", "")
        )
        messages.success(
            request,
            ngettext(
                "%(count)d delivery goes out once more.",
                "%(count)d deliveries go out once more.",
                count,
            )
            % {"count": count},
        )
        back = request.POST.get("next", "")
        ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if ours else "cx_deliveries:index")

    def get_deliveries(self, request: HttpRequest) -> DeliveryQuerySet:
        rows = Delivery.objects.all()
        pk = request.POST.get("pk", "")
        if pk:
            found = parse_id(pk)
            return rows.none() if found is None else rows.filter(pk=found)
        filters = self.filterset_class(request.GET, queryset=rows, request=request)
        chosen: DeliveryQuerySet = filters.qs if filters.is_valid() else rows.none()
        if words := request.GET.get("q", "").strip():
            any_of = Q()
            for name in self.search_fields:
                any_of |= Q(**{f"{name}__icontains": words})
            chosen = chosen.filter(any_of)
        return chosen


class SuppressView(generic.CreateView):
    """Suppress an address with the service, which also cancels its waiting deliveries."""

    def save_instance(self) -> Suppression:
        data = self.form.cleaned_data
        return services.suppress_address(address=data["address"], reason=data["reason"])

    def get_success_buttons(self) -> list[Any]:
        return []


class LiftSuppressionView(generic.DeleteView):
    """Allow email to an address again."""

    template_name = "cx_feedback/mail/lift.html"

    def get_page_title(self) -> str:
        return pgettext("delivery", "Allow email again")

    @cached_property
    def confirmation_message(self) -> str:
        return _("Allow email to %(address)s again?") % {"address": str(self.object)}

    def get_success_message(self) -> str:
        return _("Email to %(address)s is allowed again.") % {"address": str(self.object)}

    def delete_action(self) -> None:
        Suppression.objects.filter(pk=self.object.pk).delete()
