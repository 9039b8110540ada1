"""Admin views of webhooks: making, changing, removing, the log of one with its buttons."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import TemplateView
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.edit_conflicts import ModelEditView
from cx_feedback.core.admin.model_viewsets import CardListView
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.admin.posted_actions import Action, PostedActionsMixin
from cx_feedback.core.errors import InvalidInput
from cx_feedback.webhooks import permissions, selectors, services
from cx_feedback.webhooks.events.event_types import get_event_label
from cx_feedback.webhooks.models import Attempt, Endpoint

PER_PAGE = 50


class EndpointListView(CardListView):
    """The webhooks with the result of the last attempt of each."""

    def get_base_queryset(self) -> Any:
        return selectors.get_endpoints()

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        rows = list(object_list)
        newest = Attempt.objects.in_bulk([row.last_attempt_id for row in rows])
        for row in rows:
            row.last_result = newest[row.last_attempt_id].summary if row.last_attempt_id else "–"
        return super().get_table(rows, **kwargs)


class _SecretShownMixin:
    """A view whose answer shows a secret, once."""

    request: Any

    def show_secret(self, endpoint: Endpoint, secret: str, breadcrumbs: Any) -> HttpResponse:
        title = pgettext("webhook", "The secret of your webhook")
        context = {
            "breadcrumbs_items": breadcrumbs,
            "header_icon": "link-external",
            "header_title": title,
            "page_title": title,
            "endpoint": endpoint,
            "secret": secret,
        }
        response = TemplateResponse(self.request, "cx_feedback/webhooks/admin/secret.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


class _RefusalsShownMixin:
    """A form that shows what the service refuses: an address that another webhook has."""

    def form_valid(self: Any, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except InvalidInput as refusal:
            for name, texts in refusal.fields.items():
                form.add_error(name if name in form.fields else None, texts)
            self.produced_error_message = self.get_error_message()
            response = self.form_invalid(form)
        return response


class EndpointCreateView(_RefusalsShownMixin, _SecretShownMixin, generic.CreateView):
    """A form whose answer shows the secret, which is never shown again."""

    submit_button_label = gettext_lazy("Make webhook")
    secret: str

    def save_instance(self) -> Endpoint:
        given = self.form.cleaned_data
        endpoint, self.secret = services.create_endpoint(owner=self.request.user, **given)
        return endpoint

    def save_action(self) -> HttpResponse:
        return self.show_secret(self.object, self.secret, self.get_breadcrumbs_items())


class _RemovedAreGoneMixin:
    def get_queryset(self) -> Any:
        return selectors.get_endpoints()


class EndpointEditView(_RefusalsShownMixin, _RemovedAreGoneMixin, ModelEditView):
    """The form of a webhook; who saves it answers for it from then on."""

    def save_instance(self) -> Endpoint:
        return services.update_endpoint(
            endpoint_id=self.object.pk, user=self.request.user, **self.form.cleaned_data
        )

    def get_success_url(self) -> str:
        return reverse("cx_webhooks:log", args=[self.object.pk])


class EndpointRemoveView(_RemovedAreGoneMixin, generic.DeleteView):
    """Remove a webhook; its row stays until the nightly deletion."""

    def get_page_title(self) -> str:
        return pgettext("webhook", "Remove webhook")

    @cached_property
    def confirmation_message(self) -> str:
        return _("Remove %(webhook)s? What was not sent yet is not sent any more.") % {
            "webhook": str(self.object)
        }

    def get_success_message(self) -> str:
        return _("%(webhook)s is removed.") % {"webhook": str(self.object)}

    def delete_action(self) -> None:
        services.remove_endpoint(endpoint_id=self.object.pk, user=self.request.user)


class EndpointLogView(
    _SecretShownMixin,
    PostedActionsMixin,
    PermissionCheckMixin,
    WagtailAdminTemplateMixin,
    TemplateView,
):
    """A webhook with its events, their attempts, and buttons to test it and to send again."""

    required_permission = permissions.ENDPOINTS.any
    post_permission = permissions.ENDPOINTS.change
    template_name = "cx_feedback/webhooks/admin/log.html"
    header_icon = "link-external"
    _show_breadcrumbs = True

    @cached_property
    def endpoint(self) -> Endpoint:
        return get_object_or_404(selectors.get_endpoints(), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.endpoint)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return get_breadcrumbs(
            self, (reverse("cx_webhooks:index"), pgettext("webhook", "Webhooks"))
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoint = self.endpoint
        page = Paginator(selectors.get_events(endpoint), PER_PAGE).get_page(
            self.request.GET.get("p")
        )
        secrets = list(endpoint.secrets.signing(timezone.now()))
        return {
            **super().get_context_data(**kwargs),
            "endpoint": endpoint,
            "events": [get_event_label(name) for name in endpoint.events],
            "page": page,
            "rows": [(row, get_event_label(row.event)) for row in page],
            "old_secrets": [one for one in secrets if one.ends_at],
            "may_change": permissions.ENDPOINTS.change.is_granted_to(self.request.user),
        }

    def get_actions(self) -> dict[str, Action]:
        return {"test": self._send_test, "again": self._resend, "end": self._end_secrets}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") != "renew":
            return super().post(request, *args, **kwargs)
        secret = services.renew_secret(endpoint_id=self.endpoint.pk, user=request.user)
        return self.show_secret(self.endpoint, secret, self.get_breadcrumbs_items())

    def _send_test(self) -> str:
        services.send_test(endpoint_id=self.endpoint.pk)
        return _("The test is on its way. Load this page again to see what came of it.")

    def _resend(self) -> str:
        number = self.request.POST.get("event", "")
        done = number.isascii() and number.isdigit() and len(number) < 19
        done = done and services.resend_event(endpoint_id=self.endpoint.pk, delivery_id=int(number))
        if not done:
            raise InvalidInput(
                fields={"event": [_("This event is being sent, or cannot be sent again.")]}
            )
        return _("The event is sent again.")

    def _end_secrets(self) -> str:
        services.end_old_secrets(endpoint_id=self.endpoint.pk, user=self.request.user)
        return _("Only the newest secret signs from now on.")
