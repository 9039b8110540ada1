"""The fields of a placement, the same for surveys and for models that extend them."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import swapper
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.core.text.number_format import format_decimal
from cx_feedback.core.text.text_folding import fold_text
from cx_feedback.surveys.placement.placement_options import (
    DEFAULT_SCROLL_PERCENT,
    DEFAULT_SECONDS,
    Placement,
    PlacementOptions,
)
from cx_feedback.surveys.placement.recontact_defaults import (
    DEFAULT_REST,
    DEFAULT_SAMPLE_PERCENT,
    LONGEST_REST,
)


def _build_sample_field() -> Any:
    return models.DecimalField(
        _("share of the readers, in percent"),
        max_digits=5,
        decimal_places=2,
        default=DEFAULT_SAMPLE_PERCENT,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
        help_text=format_lazy(
            _(
                "{least} to 100. Readers who aren't selected can be selected again after a rest "
                "period."
            ),
            least=lazy(format_decimal, str)(0.01, 2),
        ),
    )


def _build_days_field(label: Any, default: int) -> Any:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_REST)]
    )


class PlacedModel(models.Model):
    """A survey that may appear on pages without a block, and slide in."""

    placement = models.CharField(
        pgettext_lazy("survey", "how it appears"),
        max_length=8,
        choices=Placement.choices,
        default=Placement.INLINE,
        help_text=_(
            "Without JavaScript it is always shown in the text. Of all that could slide in, a page "
            "shows one, the oldest that is due; the next on another day."
        ),
    )
    seconds = models.PositiveSmallIntegerField(
        pgettext_lazy("survey", "seconds"),
        default=DEFAULT_SECONDS,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
    )
    scroll_percent = models.PositiveSmallIntegerField(
        _("percent of the page"),
        default=DEFAULT_SCROLL_PERCENT,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    sample_percent = _build_sample_field()
    rest_answered = _build_days_field(
        _("days before asking again after an answer"), DEFAULT_REST.answered
    )
    rest_later = _build_days_field(pgettext_lazy("survey", "after “later”"), DEFAULT_REST.later)
    rest_closed = _build_days_field(_("after closing, or no answer"), DEFAULT_REST.closed)
    shown_without_block = models.BooleanField(
        _("show it without a block"),
        default=False,
        help_text=_(
            "On all pages whose template has the cx_placed_surveys tag and that match the choices "
            "below. Where it is placed as a block, it is always shown."
        ),
    )
    sections = models.JSONField(
        pgettext_lazy("survey", "sections"),
        default=list,
        blank=True,
        help_text=_("None chosen: all sections."),
    )
    tags = models.CharField(
        pgettext_lazy("survey", "tags"),
        max_length=500,
        blank=True,
        help_text=_("Separated by commas; one of them is enough. Empty: any page."),
    )
    languages = models.JSONField(
        pgettext_lazy("survey", "languages"),
        default=list,
        blank=True,
        help_text=_("None chosen: all languages."),
    )

    class Meta:
        abstract = True

    def build_placement(self) -> dict[str, Any]:
        """Return the values of ``PlacementOptions``."""
        waits = {Placement.SECONDS: self.seconds, Placement.SCROLLED: self.scroll_percent}
        values = PlacementOptions(
            family=str(self.translation_key),  # type: ignore[attr-defined]
            placement=self.placement,
            after=waits.get(Placement(self.placement), 0),
            sample_percent=float(self.sample_percent),
            rest=(self.rest_answered, self.rest_later, self.rest_closed),
            sections=tuple(_add_translations(self.sections)),
            tags=tuple(filter(None, (fold_text(tag.strip()) for tag in self.tags.split(",")))),
            languages=tuple(self.languages),
        )
        return asdict(values)

    @property
    def is_placed(self) -> bool:
        """Return whether it slides in or appears without a block."""
        return self.shown_without_block or self.placement != Placement.INLINE


def _add_translations(section_ids: list[int]) -> list[int]:
    """Return the ids of these sections and their translations."""
    if not section_ids:
        return []
    pages = swapper.load_model("wagtailcore", "Page").objects.all()
    keys = pages.filter(pk__in=section_ids).values("translation_key")
    return sorted(pages.filter(translation_key__in=keys).values_list("pk", flat=True))
