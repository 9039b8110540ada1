"""Admin views that list, make, edit and revoke tokens."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from cx_feedback.core.admin.edit_conflicts import ModelEditView
from cx_feedback.core.admin.model_viewsets import CardListView
from cx_feedback.core.errors import InvalidInput
from cx_feedback.tokens import services
from cx_feedback.tokens.models import Token
from cx_feedback.tokens.token_text import TokenText


class TokenListView(CardListView):
    """The tokens; those that were revoked can only be looked at."""

    def get_edit_url(self, instance: Token) -> str | None:
        if instance.revoked_at is not None:
            return None
        url: str | None = super().get_edit_url(instance)
        return url

    def get_inspect_url(self, instance: Token) -> str | None:
        """Return the address of the page that revokes a token, which also says that it is."""
        url: str | None = self.get_delete_url(instance)
        return url

    def get_list_more_buttons(self, instance: Token) -> list[Button]:
        buttons = []
        if edit_url := self.get_edit_url(instance):
            buttons.append(Button(_("Edit"), url=edit_url, icon_name="edit", priority=10))
        revoke_url = None if instance.revoked_at else self.get_delete_url(instance)
        if revoke_url:
            label = pgettext("token", "Revoke")
            buttons.append(Button(label, url=revoke_url, icon_name="bin", priority=20))
        return buttons


class TokenCreateView(generic.CreateView):
    """A form whose answer shows the token, which is never shown again."""

    submit_button_label = gettext_lazy("Make token")
    text: TokenText

    def save_instance(self) -> Token:
        given = self.form.cleaned_data
        token, self.text = services.create_token(
            owner=self.request.user,
            name=given["name"],
            scopes=given["scopes"],
            sections=[page.pk for page in given["sections"]],
            expires_at=given["expires_at"],
            rate=given["rate"],
        )
        return token

    def save_action(self) -> HttpResponse:
        context = {
            "breadcrumbs_items": self.get_breadcrumbs_items(),
            "header_icon": self.header_icon,
            "header_title": _("Your new token"),
            "page_title": _("Your new token"),
            "token": self.object,
            "text": str(self.text),
        }
        response = TemplateResponse(self.request, "cx_feedback/tokens/admin/created.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


class TokenEditView(ModelEditView):
    """The form of a token that was not revoked; its secret and its account stay."""

    delete_item_label = pgettext_lazy("token", "Revoke token")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = self.get_object()
        if token.revoked_at is not None:
            messages.warning(request, _("%(token)s is revoked.") % {"token": token})
            return redirect(self.get_success_url())
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def refusal_of(self, stored: Token) -> str:
        return "" if stored.revoked_at is None else _("This token is revoked.")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except InvalidInput as refusal:  # others changed it while the form was checked
            for name, texts in refusal.fields.items():
                form.add_error(name if name in form.fields else None, texts)
            self.produced_error_message = self.get_error_message()
            response = self.form_invalid(form)
        return response

    def save_instance(self) -> Token:
        given = self.form.cleaned_data
        pages = given.get("sections")
        return services.update_token(
            token_id=self.object.pk,
            user=self.request.user,
            name=given["name"],
            scopes=given["scopes"],
            sections=self.object.sections if pages is None else [page.pk for page in pages],
            expires_at=given["expires_at"],
            rate=given["rate"],
        )


class TokenRevokeView(generic.DeleteView):
    """Revoke a token; its row stays, for the log."""

    template_name = "cx_feedback/tokens/admin/revoke.html"

    def get_page_title(self) -> str:
        return pgettext("token", "Revoke token")

    @cached_property
    def confirmation_message(self) -> str:
        return _("Revoke %(token)s? Programs that use it are refused from then on.") % {
            "token": str(self.object)
        }

    def get_success_message(self) -> str:
        return _("%(token)s is revoked.") % {"token": str(self.object)}

    def delete_action(self) -> None:
        services.revoke_token(token_id=self.object.pk, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "token": self.object}
