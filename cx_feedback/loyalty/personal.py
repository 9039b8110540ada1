"""Personal data of the loyalty room: tiers, probabilities, absences and attitudes of readers."""

from typing import Any

from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import ByColumns, Person
from cx_feedback.core.privacy.personal_data import (
    ComputedData,
    DataKind,
    Declaration,
    Expiry,
    ImpersonalModel,
    LegalGround,
    PersonalModel,
    personal_fields,
)
from cx_feedback.loyalty.models import (
    Attitude,
    CellScore,
    CohortMonth,
    Effect,
    Experiment,
    Fit,
    HoldBackEvidence,
    LoyaltySettings,
    Outcome,
    Run,
    Silence,
    TierCount,
)
from cx_feedback.loyalty.scoring.runs import delete_old_runs, find_old_runs
from cx_feedback.loyalty.selectors import get_newest_fit, get_reader_scores
from cx_feedback.readers.models import Reader

_PURPOSE = pgettext_lazy(
    "personal data",
    "To estimate whether readers will come back, and to write to subscribers who stay away.",
)
_WHOSE = "the person of the export"
_COUNTS = "figures of many readers"
_WORK = "the state of the work in the background"


def export_scores(person: Person) -> list[dict[str, Any]]:
    """Return the tier and the probability of a return of each reader, with what it is based on.

    The probability is not stored: it is that of all readers with the same number of active
    periods, the same first and the same last one.
    """
    fit = get_newest_fit()
    readers = Reader.objects.filter(pk__in=person.reader_ids)
    return [
        {
            "tier": row.reader.tier,
            "return_probability": row.p_return,
            "based_on": {
                "period": fit and fit.period,
                "active_periods": row.reader.active_periods,
                "first_period": row.reader.first_period,
                "last_period": row.reader.last_period,
                "as_of": fit and fit.as_of.isoformat(),
                "within_weeks": fit and fit.horizon_weeks,
            },
        }
        for row in get_reader_scores(readers, fit)
        if row.reader.tier or row.p_return is not None
    ]


def erase_scoring_data(*, reader_ids: list[int]) -> None:
    """Erase absences and attitudes of readers who object. Without visit days none is created."""
    Silence.objects.filter(reader_id__in=reader_ids).delete()
    Attitude.objects.filter(reader_id__in=reader_ids).delete()


PERSONAL_DATA: tuple[Declaration, ...] = (
    ComputedData("loyalty", pgettext_lazy("personal data", "Estimate of a return"), export_scores),
    PersonalModel(
        Silence,
        "absences",
        _PURPOSE,
        LegalGround.CONSENT,
        ByColumns(),
        (
            *personal_fields(
                DataKind.DERIVED,
                "last_day=last_visit fell_silent_on probability late announced_at "
                "won_back_on=came_back_on",
            ),
            *personal_fields(DataKind.DECISION, "left_in_peace_at"),
        ),
        {_WHOSE: "reader"},
    ),
    PersonalModel(
        Attitude,
        "said_last",
        _PURPOSE,
        LegalGround.INTEREST,
        ByColumns(),
        personal_fields(
            DataKind.DERIVED,
            "nps_class nps_score nps_at emotion emotional_value emotion_at csat=satisfaction "
            "csat_at=satisfaction_at ces=effort ces_at=effort_at",
        ),
        {_WHOSE: "reader"},
    ),
    Expiry(
        "loyalty_runs",
        pgettext_lazy("personal data", "Log of the loyalty tasks"),
        lambda now: [find_old_runs(now)],
        delete_old_runs,
    ),
    ImpersonalModel(
        Fit,
        {
            _COUNTS: "as_of period horizon_weeks alpha beta gamma delta covariance log_likelihood "
            "quality readers cells first_day expected expected_low expected_high trained_as_of "
            "model_weight level challenger check_result gaps waves seasons clock_errors newcomers "
            "past_ranges digest",
            _WORK: "created_at completed_at",
        },
    ),
    ImpersonalModel(CellScore, {_COUNTS: "fit x t_x n readers p_return p_alive tier"}),
    ImpersonalModel(TierCount, {_COUNTS: "fit tier readers"}),
    ImpersonalModel(
        Run,
        {
            _WORK: "kind outcome step steps_done steps as_of fit pending_ranges message started_at "
            "updated_at finished_at",
            _COUNTS: "summary",
        },
    ),
    ImpersonalModel(
        Effect,
        {
            _COUNTS: "kind cause_id since until as_of horizon_weeks readers left_out similar "
            "returned expected difference low high before p_value verdict"
        },
    ),
    ImpersonalModel(
        Experiment,
        {
            _COUNTS: "rule_id percent since as_of horizon_weeks written written_returned held "
            "held_returned running"
        },
    ),
    ImpersonalModel(
        HoldBackEvidence, {_COUNTS: "like as_of written written_returned held held_returned"}
    ),
    ImpersonalModel(CohortMonth, {_COUNTS: "month offset readers active"}),
    ImpersonalModel(Outcome, {_COUNTS: "fit returned"}),
    ImpersonalModel(
        LoyaltySettings,
        {
            "choices of the site's editors": "horizon_weeks new_weeks loyal_percent lover_percent "
            "at_risk_percent lost_percent lost_weeks uncounted_days won_back_weeks"
        },
    ),
)
