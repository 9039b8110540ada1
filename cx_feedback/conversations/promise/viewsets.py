"""The admin viewsets of promises and calendars."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import Calendar, Promise
from cx_feedback.conversations.promise.duration_format import format_minutes
from cx_feedback.conversations.rules.empty_filters import FilterColumn, build_choice_column
from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass
from cx_feedback.core.wagtail_hooks import MENU_HOOK

_SCREENS = ("index", "index_results", "add", "edit", "delete", "history", "history_results")


class ConversationSettingsViewSet(RoomModelViewSet):
    """Rows by which conversations are handled, under the menu of the package."""

    menu_hook = MENU_HOOK

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [p for p in super().get_urlpatterns() if p.name in _SCREENS]


def _minutes_column(name: str, label: Any) -> Column:
    return Column(name, label=label, accessor=lambda row: format_minutes(getattr(row, name)))


@clean_requests
class PromiseViewSet(ConversationSettingsViewSet):
    """Promises to readers, in the order in which they are tried."""

    model = Promise
    model_permissions = permissions.PROMISES
    name = "cx_promises"
    url_prefix = "cx-feedback/promises"
    icon = "calendar-check"
    menu_label = pgettext_lazy("conversation", "Promises")
    menu_order = 320
    list_display = (
        TitleColumn(
            "name", label=pgettext_lazy("conversation", "Promise"), url_name="cx_promises:edit"
        ),
        build_choice_column("kind", pgettext_lazy("conversation", "Reason")),
        build_choice_column("tier", pgettext_lazy("conversation", "Tier")),
        FilterColumn("section", label=pgettext_lazy("conversation", "Section")),
        _minutes_column("first_answer", pgettext_lazy("conversation", "First answer")),
        _minutes_column("next_answer", pgettext_lazy("conversation", "Further answers")),
        _minutes_column("closing", pgettext_lazy("conversation", "Closing")),
        Column("calendar", label=pgettext_lazy("conversation", "Working hours")),
    )
    search_fields = ("name",)
    ordering = ("order", "pk")

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.conversations.promise import forms

        return forms.PromiseForm

    def get_queryset(self, request: Any) -> QuerySet[Promise]:
        return Promise.objects.select_related("section", "calendar")


@clean_requests
class CalendarViewSet(ConversationSettingsViewSet):
    """Working hours, holidays and closing days."""

    model = Calendar
    model_permissions = permissions.CALENDARS
    name = "cx_calendars"
    url_prefix = "cx-feedback/working-hours"
    icon = "calendar"
    menu_label = pgettext_lazy("conversation", "Working hours")
    menu_order = 330
    delete_view_class = DeferredClass(
        "cx_feedback.conversations.promise.admin_views.CalendarDeleteView"
    )
    list_display = (
        TitleColumn(
            "name", label=pgettext_lazy("conversation", "Calendar"), url_name="cx_calendars:edit"
        ),
        Column("time_zone", label=pgettext_lazy("conversation", "Time zone")),
        Column("monday", label=pgettext_lazy("conversation", "Monday")),
        Column("country", label=pgettext_lazy("conversation", "Holidays")),
        Column("region", label=pgettext_lazy("conversation", "Region")),
    )
    search_fields = ("name",)
    ordering = ("name", "pk")

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.conversations.promise import forms

        return forms.CalendarForm
