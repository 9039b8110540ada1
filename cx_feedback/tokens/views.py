"""Admin views that make and revoke tokens."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from wagtail.admin.views import generic

from cx_feedback.tokens import services
from cx_feedback.tokens.models import Token
from cx_feedback.tokens.token_text import TokenText


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
