"""The loyalty settings that editors change: the borders of the tiers and the horizon.

A generic setting of Wagtail, one for all sites of a database. A reader has one history and one
score, whichever of the sites they visited, so a second set of borders would have no effect.
"""

from dataclasses import asdict, dataclass
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
from cx_feedback.core.settings.setting_checks import find_contradictions
from cx_feedback.loyalty.marked_days import Days, check_marked_days, parse_marked_days
from cx_feedback.loyalty.scoring.tier_rules import TierBorders

#: Border, a share, to the field that holds it in percent.
PERCENT_FIELDS = {name: f"{name}_percent" for name in ("loyal", "lover", "at_risk", "lost")}
WEEK_FIELDS = ("new_weeks", "won_back_weeks", "lost_weeks")


def _integer_field(low: int, high: int, verbose_name: Any, help_text: Any) -> Any:
    """Return an optional field for a whole number from ``low`` to ``high``."""
    return models.PositiveSmallIntegerField(
        verbose_name,
        null=True,
        blank=True,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
        help_text=help_text,
    )


class LoyaltySettingsForm(WagtailAdminModelForm):
    """Shows the default in a field without a value, and stores only values that differ from it.

    Fields that an editor leaves alone therefore keep following ``CX_FEEDBACK``.
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
    uncounted_days = models.TextField(
        pgettext_lazy("loyalty", "days without counting"),
        blank=True,
        default="",
        help_text=gettext_lazy(
            "Days on which visits were not counted, for example because the site was down: one day "
            "or two days with “to” between them in each line (2026-03-01 to 2026-03-10). They are "
            "not held against readers. Days on which nobody came at all are found without this."
        ),
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
            MultiFieldPanel(
                [FieldPanel("uncounted_days")],
                heading=pgettext_lazy("loyalty", "Days without counting"),
            ),
        ],
        base_form_class=LoyaltySettingsForm,
    )

    def clean(self) -> None:
        """Refuse borders that contradict each other, naming the field to change."""
        super().clean()
        try:
            check_marked_days(self.uncounted_days)
        except ValidationError as error:
            raise ValidationError({"uncounted_days": error}) from error
        borders = self.get_config().borders
        contradictions = find_contradictions(asdict(borders))
        problems = {}
        # An upper border of 0 percent is an error of its own field.
        if ("loyal", "lover") in contradictions and borders.lover > 0:
            problems["loyal_percent"] = _(
                "An enthusiast is more than loyal: enter at most %d here, or more at "
                "“enthusiast from”."
            ) % round(100 * borders.lover)
        if ("lost", "at_risk") in contradictions and borders.at_risk > 0:
            problems["lost_percent"] = _(
                "Readers are at risk before they lapse: enter at most %d here, or more "
                "at “at risk below”."
            ) % round(100 * borders.at_risk)
        if problems:
            raise ValidationError(problems)

    def get_config(self) -> "ScoringConfig":
        """Return the values entered here, with the defaults for empty fields."""
        given = {name: getattr(self, field) for name, field in PERCENT_FIELDS.items()}
        shares = {name: value / 100 for name, value in given.items() if value is not None}
        weeks = {
            name: getattr(self, name) for name in WEEK_FIELDS if getattr(self, name) is not None
        }
        horizon = self.horizon_weeks or conf.get("LOYALTY_HORIZON_WEEKS")
        return ScoringConfig(TierBorders.from_settings(**shares, **weeks), horizon_weeks=horizon)


@dataclass(frozen=True)
class ScoringConfig:
    """The settings of a scoring."""

    borders: TierBorders
    horizon_weeks: int


def get_loyalty_config() -> ScoringConfig:
    """Return the settings in force. Unlike Wagtail's ``load``, this creates no row."""
    return (LoyaltySettings.objects.order_by("pk").first() or LoyaltySettings()).get_config()


def get_marked_days() -> list[Days]:
    """Return the first and last days of what editors marked as not counted."""
    texts = LoyaltySettings.objects.order_by("pk").values_list("uncounted_days", flat=True)
    return parse_marked_days(texts.first() or "")


def get_defaults() -> dict[str, int]:
    """Return the default of each field as a whole number."""
    shares = conf.get("LOYALTY_TIERS")
    return {
        "horizon_weeks": conf.get("LOYALTY_HORIZON_WEEKS"),
        **{name: round(shares[name]) for name in WEEK_FIELDS},
        **{field: round(100 * shares[name]) for name, field in PERCENT_FIELDS.items()},
    }
