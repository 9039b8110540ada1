"""What editors decide: where one tier ends and the next begins, and how far ahead is asked.

A generic setting of Wagtail, one for all sites of a database: a reader has one history and one
score, on whichever of the sites they were, so a second set of borders would move nobody.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.contrib.settings.models import BaseGenericSetting

from cx_feedback.core import conf
from cx_feedback.loyalty.scoring.tiers import TierBorders

#: Fields in percent and the border, a share, that each stands for.
PERCENT_FIELDS = {name: f"{name}_percent" for name in ("loyal", "lover", "at_risk", "lost")}
WEEK_FIELDS = ("new_weeks", "won_back_weeks", "lost_weeks")


def _integer_field(low: int, high: int, words: Any, help_text: Any) -> Any:
    """Return a field for a whole number within ``low..high``; empty is the default."""
    return models.PositiveSmallIntegerField(
        words,
        null=True,
        blank=True,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
        help_text=help_text,
    )


class LoyaltySettingsForm(WagtailAdminModelForm):
    """Shows the default where nothing was decided, and keeps only what differs from it.

    So the fields that an editor leaves alone go on following ``CX_FEEDBACK``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_default = get_defaults()
        for name, value in self.by_default.items():
            if getattr(self.instance, name) is None:
                self.initial[name] = value

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean()
        for name, value in self.by_default.items():
            if getattr(self.instance, name) is None and found.get(name) == value:
                found[name] = None
        return found


class LoyaltySettings(BaseGenericSetting):
    """The borders of the tiers, in percent and weeks; None is the default of ``CX_FEEDBACK``."""

    horizon_weeks = _integer_field(
        1,
        52,
        pgettext_lazy("loyalty", "horizon (weeks)"),
        gettext_lazy(
            "The score is the probability that a reader comes back within this many weeks."
        ),
    )
    new_weeks = _integer_field(
        1,
        52,
        pgettext_lazy("loyalty", "new for (weeks)"),
        gettext_lazy("A reader who came once is “new” for this many weeks, then “one-time”."),
    )
    loyal_percent = _integer_field(
        1,
        99,
        pgettext_lazy("loyalty", "loyal from (percent)"),
        gettext_lazy(
            "Probability of coming back from which a reader is called loyal; below it, casual."
        ),
    )
    lover_percent = _integer_field(
        1,
        99,
        pgettext_lazy("loyalty", "enthusiast from (percent)"),
        gettext_lazy("Probability of coming back from which a reader is called an enthusiast."),
    )
    at_risk_percent = _integer_field(
        1,
        99,
        gettext_lazy("at risk below (percent)"),
        gettext_lazy(
            "A reader is at risk when the probability of coming back has fallen below this "
            "share of what it was at their last visit. A higher value notices them sooner."
        ),
    )
    lost_percent = _integer_field(
        1,
        99,
        pgettext_lazy("loyalty", "lapsed below (percent)"),
        gettext_lazy("A reader at risk becomes lapsed below this share of that probability."),
    )
    lost_weeks = _integer_field(
        1,
        104,
        pgettext_lazy("loyalty", "lapsed after (weeks)"),
        gettext_lazy("Nobody is considered lapsed before this many weeks without a visit."),
    )
    won_back_weeks = _integer_field(
        1,
        52,
        gettext_lazy("won back for (weeks)"),
        gettext_lazy("A reader who returns after an absence is “won back” for this many weeks."),
    )

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "loyalty")
        verbose_name_plural = pgettext_lazy("loyalty", "loyalty")
        default_permissions = ("change",)

    edit_handler: ClassVar[Any] = ObjectList(
        [
            HelpPanel(template="cx_feedback/loyalty/admin/settings_help.html"),
            MultiFieldPanel(
                [FieldPanel("horizon_weeks"), FieldPanel("new_weeks")],
                heading=gettext_lazy("Horizon and new readers"),
            ),
            MultiFieldPanel(
                [FieldPanel("loyal_percent"), FieldPanel("lover_percent")],
                heading=pgettext_lazy("loyalty", "Returning readers"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("at_risk_percent"),
                    FieldPanel("lost_percent"),
                    FieldPanel("lost_weeks"),
                    FieldPanel("won_back_weeks"),
                ],
                heading=pgettext_lazy("loyalty", "Absences and returns"),
            ),
        ],
        base_form_class=LoyaltySettingsForm,
    )

    def clean(self) -> None:
        """Refuse borders that contradict each other, naming the field to change."""
        super().clean()
        borders = self.get_config().borders
        problems = {}
        if borders.loyal > borders.lover > 0:
            problems["loyal_percent"] = _(
                "An enthusiast is more than loyal: enter at most %d here, or more at "
                "“enthusiast from”."
            ) % round(100 * borders.lover)
        if borders.lost > borders.at_risk > 0:  # below 1 is the other field's error
            problems["lost_percent"] = _(
                "Readers are at risk before they lapse: enter at most %d here, or more "
                "at “at risk below”."
            ) % round(100 * borders.at_risk)
        if problems:
            raise ValidationError(problems)

    def get_config(self) -> "ScoringConfig":
        """Return what is to be used: what was entered here, the defaults for the rest."""
        given = {name: getattr(self, field) for name, field in PERCENT_FIELDS.items()}
        shares = {name: value / 100 for name, value in given.items() if value is not None}
        weeks = {
            name: getattr(self, name) for name in WEEK_FIELDS if getattr(self, name) is not None
        }
        horizon = self.horizon_weeks or conf.get("LOYALTY_HORIZON_WEEKS")
        return ScoringConfig(
            TierBorders(**{**conf.get("LOYALTY_TIERS"), **shares, **weeks}), horizon_weeks=horizon
        )


@dataclass(frozen=True)
class ScoringConfig:
    """What scoring goes by."""

    borders: TierBorders
    horizon_weeks: int


def get_loyalty_config() -> ScoringConfig:
    """Return what editors decided; reading makes no row, unlike Wagtail's own ``load``."""
    return (LoyaltySettings.objects.order_by("pk").first() or LoyaltySettings()).get_config()


def get_defaults() -> dict[str, int]:
    """Return the default of each field, as a whole number to show."""
    shares = conf.get("LOYALTY_TIERS")
    return {
        "horizon_weeks": conf.get("LOYALTY_HORIZON_WEEKS"),
        **{name: round(shares[name]) for name in WEEK_FIELDS},
        **{field: round(100 * shares[name]) for name, field in PERCENT_FIELDS.items()},
    }
