"""Views of calendars of working hours in the admin."""

from typing import Any

from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic


class CalendarDeleteView(generic.DeleteView):
    """Delete a calendar that no promise counts by."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            found: HttpResponseBase = super().post(request, *args, **kwargs)
        except ProtectedError:
            names = ", ".join(promise.name for promise in self.object.promises.all())
            text = _("This calendar is still used by: %s. Give these another calendar first.")
            messages.error(request, text % names)
            return redirect(reverse("cx_calendars:edit", args=[self.object.pk]))
        return found
