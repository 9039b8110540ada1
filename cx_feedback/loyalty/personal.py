"""Personal data of the loyalty room: tiers, probabilities, absences and attitudes of readers."""

from typing import Any

from cx_feedback.loyalty.models import Attitude, Silence
from cx_feedback.loyalty.selectors import get_newest_fit, get_reader_scores
from cx_feedback.readers.models import Reader


def export_loyalty_data(*, reader_ids: list[int]) -> list[dict[str, Any]]:
    """Return the data of this room about these readers as plain dictionaries."""
    rows = get_reader_scores(Reader.objects.filter(pk__in=reader_ids), get_newest_fit())
    silences: dict[int, list[dict[str, Any]]] = {}
    for silence in Silence.objects.filter(reader_id__in=reader_ids).order_by("last_day"):
        silences.setdefault(silence.reader_id, []).append(
            {
                "last_visit": silence.last_day.isoformat(),
                "fell_silent_on": silence.fell_silent_on.isoformat(),
                "probability": silence.probability,
                "left_in_peace_at": silence.left_in_peace_at
                and silence.left_in_peace_at.isoformat(),
                "came_back_on": silence.won_back_on and silence.won_back_on.isoformat(),
            }
        )
    attitudes = Attitude.objects.in_bulk(reader_ids)
    return [
        {
            "tier": row.reader.tier,
            "return_probability": row.p_return,
            "silences": silences.get(row.reader.pk, []),
            "said_last": _serialize_attitude(attitudes.get(row.reader.pk)),
        }
        for row in rows
        if row.reader.tier or row.reader.pk in silences or row.reader.pk in attitudes
    ]


def erase_scoring_data(*, reader_ids: list[int]) -> None:
    """Erase absences and attitudes of readers who object. Without visit days none is created."""
    Silence.objects.filter(reader_id__in=reader_ids).delete()
    Attitude.objects.filter(reader_id__in=reader_ids).delete()


def erase_silences(*, reader_ids: list[int]) -> int:
    """Erase the absences of these readers and return their number.

    Everything else of them is deleted with the reader.
    """
    count, _by_model = Silence.objects.filter(reader_id__in=reader_ids).delete()
    return count


def _serialize_attitude(attitude: Attitude | None) -> dict[str, Any] | None:
    if attitude is None:
        return None
    return {
        "nps_class": attitude.nps_class,
        "nps_score": attitude.nps_score,
        "emotion": attitude.emotion,
        "emotional_value": attitude.emotional_value,
        "satisfaction": attitude.csat,
        "effort": attitude.ces,
    }
