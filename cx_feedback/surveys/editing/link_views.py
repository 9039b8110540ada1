"""The screen with the link to a survey: address, QR code and hidden fields to fill in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.surveys import permissions
from cx_feedback.surveys.responses import form_keys, hidden_fields

if TYPE_CHECKING:
    from segno import QRCode

#: Pixels of a module of the QR code, and modules around it, as the standard asks.
_SCALE, _BORDER = 12, 4
_COLOURS = {"dark": "#000", "light": "#fff"}
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def make_qr_code(url: str) -> QRCode:
    """Return the QR code of ``url``, which a fold or a stain does not break."""
    import segno

    return segno.make_qr(url, error="m")


class SurveyLinkMixin(PermissionCheckMixin):
    """Finds the survey, and its link with the values of the hidden fields in the query."""

    required_permission = permissions.SURVEYS.change
    viewset: Any = None
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def survey(self) -> Any:
        return get_object_or_404(self.viewset.get_queryset(self.request), pk=self.kwargs["pk"])

    @cached_property
    def hidden(self) -> dict[str, str]:
        """Return the value of each hidden field, "" for none."""
        names = hidden_fields.parse_names(self.survey.hidden_fields)
        given = hidden_fields.get_values(names, self.request.GET)
        return {name: given.get(name, "") for name in names}

    @property
    def query(self) -> str:
        """Return the values that are filled in as the query of a URL."""
        return urlencode({name: value for name, value in self.hidden.items() if value})

    @property
    def link(self) -> str:
        """Return the address, with a key where the survey is not open by its address."""
        pk = self.survey.pk
        path = reverse(self.viewset.ask_url_name, args=[pk])
        key = "" if self.survey.open_by_address else urlencode({"key": form_keys.sign_form_key(pk)})
        query = "&".join(filter(None, [key, self.query]))
        return self.request.build_absolute_uri(f"{path}?{query}" if query else path)


class LinkView(SurveyLinkMixin, WagtailAdminTemplateMixin, TemplateView):
    """Shows the link and its QR code."""

    template_name = "cx_feedback/surveys/admin/link.html"
    page_title = pgettext_lazy("survey", "Link and QR code")
    header_icon = "link"

    def get_page_subtitle(self) -> str:
        return str(self.survey)

    def get_breadcrumbs_items(self) -> Any:
        listed = reverse(self.viewset.get_url_name("list"))
        edit = reverse(self.viewset.get_url_name("edit"), args=[self.survey.pk])
        parents = (listed, self.viewset.menu_label), (edit, str(self.survey))
        return get_breadcrumbs(self, *parents)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        qr = reverse(self.viewset.get_url_name("link_qr"), args=[self.survey.pk])
        drawn = make_qr_code(self.link).svg_inline(
            scale=4, border=_BORDER, dark="#000", light="#fff"
        )
        return {
            **super().get_context_data(**kwargs),
            "survey": self.survey,
            "link": self.link,
            "hidden": list(self.hidden.items()),
            "max_length": hidden_fields.MAX_LENGTH,
            # Drawn by the library from black and white squares.
            "qr_code": mark_safe(drawn),
            "downloads": [
                (kind.upper(), f"{qr}?{'&'.join(filter(None, [f'format={kind}', self.query]))}")
                for kind in _TYPES
            ],
        }


class QRCodeView(SurveyLinkMixin, View):
    """``GET ?format=svg|png``: the QR code as a file."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = request.GET.get("format", "svg")
        if kind not in _TYPES:
            raise Http404
        file = io.BytesIO()
        make_qr_code(self.link).save(file, kind=kind, scale=_SCALE, border=_BORDER, **_COLOURS)
        response = HttpResponse(file.getvalue(), content_type=_TYPES[kind])
        name = slugify(str(self.survey)) or "survey"
        response["Content-Disposition"] = f'attachment; filename="{name}-qr.{kind}"'
        return response
