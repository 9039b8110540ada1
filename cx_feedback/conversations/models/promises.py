"""Calendars of working hours, and what is promised to readers."""

import zoneinfo
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.conversations.models.conversation_filters import ConversationFilter
from cx_feedback.conversations.promise.hours_text import (
    format_hours,
    parse_closing_days,
    parse_hours,
)
from cx_feedback.conversations.promise.public_holidays import get_countries, is_known_place
from cx_feedback.conversations.promise.working_calendar import (
    CalendarError,
    WorkingCalendar,
    get_due_time,
)
from cx_feedback.core.background.task_nudges import nudge

#: From Monday to Sunday.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Working minutes that can be promised at most: a quarter of a year of eight hours a day.
MOST_MINUTES = 30_000
RECALCULATION = "cx_feedback.conversations.recalculate_due_times"


class PromiseVersion(models.Model):
    """One row with a number that grows with each change of a calendar or promise.

    A clock whose number is smaller has a due time of before, and is worked out again.
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def get_number(cls) -> int:
        """Return the present number."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def increase(cls) -> None:
        """Have all due times worked out again, after the commit."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(number=F("number") + 1)
        nudge(RECALCULATION)


class _DueTimeSource(models.Model):
    """A source of due times: they are worked out again when it is saved.

    When it is deleted, also with the page of its section, ``receivers`` sees to it.
    """

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        PromiseVersion.increase()


def _hours_field(label: Any) -> models.CharField:
    return models.CharField(label, max_length=120, blank=True, default="")


class Calendar(_DueTimeSource):
    """Working hours, public holidays and closing days, in a time zone."""

    name = models.CharField(pgettext_lazy("conversation", "name"), max_length=80)
    time_zone = models.CharField(pgettext_lazy("conversation", "time zone"), max_length=64)
    monday = _hours_field(pgettext_lazy("conversation", "Monday"))
    tuesday = _hours_field(pgettext_lazy("conversation", "Tuesday"))
    wednesday = _hours_field(pgettext_lazy("conversation", "Wednesday"))
    thursday = _hours_field(pgettext_lazy("conversation", "Thursday"))
    friday = _hours_field(pgettext_lazy("conversation", "Friday"))
    saturday = _hours_field(pgettext_lazy("conversation", "Saturday"))
    sunday = _hours_field(pgettext_lazy("conversation", "Sunday"))
    country = models.CharField(
        pgettext_lazy("conversation", "public holidays of the country"),
        max_length=2,
        blank=True,
        default="",
        help_text=gettext_lazy("Its code of two letters, such as ES. Empty: no public holidays."),
    )
    region = models.CharField(
        pgettext_lazy("conversation", "region"),
        max_length=40,
        blank=True,
        default="",
        help_text=gettext_lazy("Its code, such as MD for Madrid, for the holidays it has besides."),
    )
    closing_days = models.TextField(
        pgettext_lazy("conversation", "closing days"),
        max_length=10_000,
        blank=True,
        default="",
        help_text=gettext_lazy(
            "One a line, with a note if you like: 2026-12-24 Christmas Eve, or "
            "2026-08-01 - 2026-08-15 summer."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "calendar of working hours")
        verbose_name_plural = pgettext_lazy("conversation", "calendars of working hours")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Write the hours in one form. Raise ValidationError for what can't be counted by."""
        errors: dict[str, Any] = {}
        for day in WEEKDAYS:
            try:
                setattr(self, day, format_hours(parse_hours(getattr(self, day))))
            except ValidationError as error:
                errors[day] = error
        try:
            parse_closing_days(self.closing_days)
        except ValidationError as error:
            errors["closing_days"] = error
        errors |= self._find_place_errors()
        errors = errors or self._find_hours_errors()
        if errors:
            raise ValidationError(errors)

    def _find_hours_errors(self) -> dict[str, Any]:
        """Return the error of a calendar by which nothing is ever due."""
        if not any(getattr(self, day) for day in WEEKDAYS):
            text = _(
                "A calendar needs working hours on at least one day, or no answer is ever due."
            )
            return {"monday": ValidationError(text)}
        try:
            get_due_time(self.build_working_calendar(), timezone.now(), 1)
        except CalendarError:
            text = _("With these days it is closed for the next three years.")
            return {"closing_days": ValidationError(text)}
        return {}

    def _find_place_errors(self) -> dict[str, Any]:
        self.country, errors = self.country.strip().upper(), {}
        self.region = self.region.strip()
        if self.time_zone not in zoneinfo.available_timezones():
            text = _("“%s” is no time zone. Write it as in Europe/Madrid.")
            errors["time_zone"] = ValidationError(text % self.time_zone)
        if self.country and not is_known_place(self.country):
            text = _("The public holidays of “%s” aren't known. Write a code such as ES or MX.")
            errors["country"] = ValidationError(text % self.country)
        elif self.region and not is_known_place(self.country, self.region):
            known = ", ".join(get_countries().get(self.country, ())) or "–"
            text = _("The holidays of this region aren't known. Known are: %s.")
            errors["region"] = ValidationError(text % known)
        return errors

    @cached_property
    def working_calendar(self) -> WorkingCalendar:
        """The calendar to count with, as it is when it is asked for first."""
        return self.build_working_calendar()

    def build_working_calendar(self) -> WorkingCalendar:
        """Return the calendar to count with."""
        return WorkingCalendar(
            time_zone=self.time_zone,
            weekly=tuple(parse_hours(getattr(self, day)) for day in WEEKDAYS),
            country=self.country,
            region=self.region,
            closing_days=parse_closing_days(self.closing_days),
        )


def _minutes_field(label: Any, help_text: Any = "") -> models.PositiveIntegerField:
    return models.PositiveIntegerField(
        label,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
        help_text=help_text,
    )


class Promise(_DueTimeSource, ConversationFilter):
    """The times within which readers of one kind are answered. The first that fits counts."""

    name = models.CharField(pgettext_lazy("conversation", "name"), max_length=80)
    order = models.PositiveSmallIntegerField(
        pgettext_lazy("conversation", "order"),
        default=100,
        help_text=gettext_lazy("Of the promises that fit a conversation, the smallest counts."),
    )
    calendar = models.ForeignKey(
        Calendar,
        verbose_name=pgettext_lazy("conversation", "calendar of working hours"),
        on_delete=models.PROTECT,
        related_name="promises",
    )
    first_answer = _minutes_field(
        pgettext_lazy("conversation", "first answer within"),
        gettext_lazy("In working minutes: 240 are four hours. Empty: nothing is promised."),
    )
    next_answer = _minutes_field(pgettext_lazy("conversation", "further answers within"))
    closing = _minutes_field(pgettext_lazy("conversation", "closed within"))
    remind_before = _minutes_field(
        pgettext_lazy("conversation", "remind before"),
        gettext_lazy(
            "Working minutes before the promised time, at which the one who is to answer gets a "
            "mail. Empty: no mail."
        ),
    )
    escalate_after = models.PositiveIntegerField(
        pgettext_lazy("conversation", "escalate after"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MINUTES)],
        help_text=gettext_lazy(
            "Working minutes after the promised time, at which the group below gets a mail. "
            "Empty: no mail."
        ),
    )
    escalate_to = models.ForeignKey(
        Group,
        verbose_name=pgettext_lazy("conversation", "escalate to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "promise to readers")
        verbose_name_plural = pgettext_lazy("conversation", "promises to readers")
        ordering: ClassVar[list[str]] = ["order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=(Q(first_answer=None) | Q(first_answer__gt=0))
                & (Q(next_answer=None) | Q(next_answer__gt=0))
                & (Q(closing=None) | Q(closing__gt=0)),
                name="cx_promise_minutes",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for a promise of nothing, and mails that nobody gets."""
        if not (self.first_answer or self.next_answer or self.closing):
            text = _("Promise at least one of the three: first answer, further answers, closing.")
            raise ValidationError({"first_answer": text})
        if self.escalate_after is not None and not self.escalate_to_id:
            text = _("Choose the group that gets the mail.")
            raise ValidationError({"escalate_to": text})
