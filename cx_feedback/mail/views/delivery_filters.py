"""Filters of the list of deliveries."""

import django_filters
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from cx_feedback.mail.mailing_kinds import get_mailing_names
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.selectors import get_newest_mailings


def _get_mailing_choices() -> list[tuple[str, str]]:
    return sorted(get_mailing_names(get_newest_mailings()).items(), key=lambda choice: choice[1])


class DeliveryFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("delivery", "State"), choices=Delivery.State.choices
    )
    mailing = django_filters.ChoiceFilter(
        label=pgettext_lazy("delivery", "Mailing"), choices=_get_mailing_choices
    )

    class Meta:
        model = Delivery
        fields = ["state", "mailing"]
