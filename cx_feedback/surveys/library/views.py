"""Admin views of the template library: gallery, preview, creation of a draft."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.text import languages
from cx_feedback.surveys import library, permissions, questions
from cx_feedback.surveys.library.base import SurveyTemplate
from cx_feedback.surveys.library.survey_drafts import build_survey, create_draft


@dataclass(frozen=True)
class Card:
    """One template in the gallery."""

    template: SurveyTemplate
    asked: int
    preview_url: str
    use_url: str


class LibraryMixin(PermissionCheckMixin):
    """Requires the permission to add surveys and knows the language of the new one."""

    required_permission = permissions.SURVEYS.add
    viewset: Any = None

    @cached_property
    def locale(self) -> Locale:
        return _get_locale(self.request)  # type: ignore[attr-defined]

    def url(self, name: str, *args: Any) -> str:
        """Return a URL of the viewset that keeps the language."""
        query = urlencode({"locale": self.locale.language_code})
        return f"{reverse(self.viewset.get_url_name(name), args=args)}?{query}"

    def template_or_404(self, name: str) -> SurveyTemplate:
        template = library.get_template(name)
        if template is None:
            raise Http404
        return template


def _get_locale(request: HttpRequest) -> Locale:
    """Return the requested locale, else that of the editor's language, else the default."""
    wanted = (request.GET.get("locale"), languages.get_current_language())
    found = {locale.language_code: locale for locale in Locale.objects.all()}
    return next((found[code] for code in wanted if code in found), Locale.get_default())


class GalleryView(LibraryMixin, WagtailAdminTemplateMixin, TemplateView):
    """The templates as cards."""

    template_name = "cx_feedback/surveys/admin/library.html"
    page_title = pgettext_lazy("survey", "New survey")
    header_icon = "form"

    def get_breadcrumbs_items(self) -> Any:
        index = reverse(self.viewset.get_url_name("list"))
        label = str(self.viewset.model._meta.verbose_name_plural).capitalize()
        return get_breadcrumbs(self, (index, label))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "cards": [self.card(template) for template in library.all_templates().values()],
            "empty_url": self.url("add"),
            "languages": self.languages(),
        }

    def card(self, template: SurveyTemplate) -> Card:
        asked = sum(questions.get(ask.type).asks for ask in template.questions)
        return Card(
            template,
            asked,
            self.url("library_preview", template.name),
            self.url("library_use", template.name),
        )

    def languages(self) -> list[dict[str, Any]]:
        """Return the languages to choose from, if there are several."""
        names = get_content_languages()
        found = [
            {
                "label": names[locale.language_code],
                "url": f"?{urlencode({'locale': locale.language_code})}",
                "current": locale == self.locale,
            }
            for locale in Locale.objects.all()
        ]
        return found if len(found) > 1 else []


@method_decorator(xframe_options_sameorigin, name="dispatch")
class PreviewView(LibraryMixin, View):
    """The form of one template as readers would see it."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        survey = build_survey(self.template_or_404(name), self.locale)
        with override(self.locale.language_code):
            return render(request, "cx_feedback/surveys/preview.html", {"survey": survey})


class CreateDraftView(LibraryMixin, View):
    """``POST``: create a draft from one template and edit it."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        template = self.template_or_404(name)
        survey = create_draft(template=template, locale=self.locale, user=request.user)
        messages.success(
            request,
            _("Draft “%(title)s” created. Edit it and publish it when it's ready.")
            % {"title": survey.title},
        )
        return redirect(self.viewset.get_url_name("edit"), survey.pk)
