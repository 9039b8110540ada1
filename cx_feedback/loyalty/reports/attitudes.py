"""The attitudes of readers, classified with their behaviour as by Dick and Basu (1994).

Dick, A. S. and Basu, K. (1994), "Customer Loyalty: Toward an Integrated Conceptual Framework",
Journal of the Academy of Marketing Science 22(2): relative attitude (high, low) by repeat
patronage (high, low). Attitudes come from the activity ledger alone.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    SmallIntegerField,
    TextChoices,
    Value,
    When,
    Window,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Left, RowNumber, Sign
from django.utils.translation import pgettext_lazy

from cx_feedback.loyalty.reports.report_models import Attitude
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.readers.models import Activity, Reader

#: Kinds of activities whose detail may hold an attitude.
KINDS = ("nps", "response")
#: Tiers that count as coming often, and as coming seldom; new readers are not classified.
COMING = (Tier.LOYAL, Tier.LOVER, Tier.WON_BACK)
SELDOM = (Tier.CASUAL, Tier.FLY_BY, Tier.AT_RISK, Tier.LOST)


class AttitudeGroup(TextChoices):
    """A group of readers by attitude and behaviour."""

    TRUE = "true", pgettext_lazy("loyalty", "True loyalty")
    LATENT = "latent", pgettext_lazy("loyalty", "Latent loyalty")
    SPURIOUS = "spurious", pgettext_lazy("loyalty", "Spurious loyalty")
    NONE = "none", pgettext_lazy("loyalty", "No loyalty")


@dataclass(frozen=True)
class Facet:
    """Part of an attitude: the column of its time, and the columns with their expressions."""

    at: str
    needs: str
    values: dict[str, Any]


FACETS = (
    Facet(
        "nps_at",
        "class",
        {
            "nps_class": KT("detail__class"),
            "nps_score": Cast(KT("detail__score"), SmallIntegerField()),
        },
    ),
    Facet(
        "emotion_at",
        "emotional_value",
        {
            "emotion": Left(Coalesce(KT("detail__emotion_words"), KT("detail__emotion")), 64),
            "emotional_value": Cast(KT("detail__emotional_value"), FloatField()),
        },
    ),
    Facet("csat_at", "csat", {"csat": Cast(KT("detail__csat"), SmallIntegerField())}),
    Facet("ces_at", "ces", {"ces": Cast(KT("detail__ces"), SmallIntegerField())}),
)


@transaction.atomic
def update_attitudes() -> int:
    """Update the last answers of every reader; return the number of rows written.

    There is one statement per facet, which writes only answers newer than the stored ones.
    """
    return sum(_update_facet(facet) for facet in FACETS)


def _update_facet(facet: Facet) -> int:
    newest = Window(
        RowNumber(), partition_by="reader_id", order_by=[F("at").desc(), F("pk").desc()]
    )
    said = (
        Activity.objects.filter(kind__in=KINDS, detail__has_key=facet.needs)
        .exclude(reader_id__in=Reader.objects.filter(objects_to_scoring=True).values("pk"))
        .annotate(turn=newest, **facet.values)
        .filter(turn=1)
        .order_by()
        .values_list("reader_id", "at", *facet.values)
    )
    select, params = said.query.sql_with_params()
    table, columns = Attitude._meta.db_table, [facet.at, *facet.values]
    left_out = [c for c in _get_text_columns() if c not in columns]
    names = ", ".join(["reader_id", *columns])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join([names, *left_out])}) "
            f"SELECT {', '.join(['s.*', *(repr('') for _c in left_out)])} FROM ({select}) s "
            "WHERE true "  # SQLite would take ON CONFLICT for a join's ON
            "ON CONFLICT (reader_id) DO UPDATE SET "
            f"{', '.join(f'{c} = excluded.{c}' for c in columns)} "
            f"WHERE {table}.{facet.at} IS NULL OR excluded.{facet.at} > {table}.{facet.at}",
            params,
        )
        return cursor.rowcount


def _get_text_columns() -> list[str]:
    """Return the columns that are "" without an answer."""
    return [f.name for f in Attitude._meta.local_concrete_fields if isinstance(f, CharField)]


def liking_expression() -> CombinedExpression:
    """Return an expression on Attitude for the attitude of a reader, -2 to 2.

    A promoter counts 1 and a detractor -1, a pleasant emotion 1 and an unpleasant one -1. A
    sum above 0 is a high attitude. Readers with mixed or indifferent answers don't say that the
    site is better than others.
    """
    nps = Case(
        When(nps_class=Attitude.Class.PROMOTER, then=1),
        When(nps_class=Attitude.Class.DETRACTOR, then=-1),
        default=0,
        output_field=IntegerField(),
    )
    feeling = Case(
        When(emotional_value__isnull=True, then=0),
        default=Cast(Sign("emotional_value"), IntegerField()),
        output_field=IntegerField(),
    )
    return nps + feeling


def get_classified_attitudes() -> QuerySet[Any, Any]:
    """Return the attitudes with their group as ``field``, "" for readers who are too new."""
    return (
        Attitude.objects.exclude(Q(nps_at__isnull=True) & Q(emotion_at__isnull=True))
        .annotate(liking=liking_expression())
        .annotate(
            field=Case(
                When(liking__gt=0, reader__tier__in=COMING, then=Value(AttitudeGroup.TRUE.value)),
                When(liking__gt=0, reader__tier__in=SELDOM, then=Value(AttitudeGroup.LATENT.value)),
                When(reader__tier__in=COMING, then=Value(AttitudeGroup.SPURIOUS.value)),
                When(reader__tier__in=SELDOM, then=Value(AttitudeGroup.NONE.value)),
                default=Value(""),
                output_field=CharField(),
            )
        )
    )


def count_attitude_groups() -> dict[str, int]:
    """Return the number of readers by group, and under "" of those who are too new."""
    counts = dict(
        get_classified_attitudes().order_by().values_list("field").annotate(n=Count("pk"))
    )
    return {value: counts.get(value, 0) for value in (*AttitudeGroup.values, "")}


def get_readers_in_group(field: str) -> QuerySet[Reader]:
    """Return the readers in an attitude group."""
    return Reader.objects.filter(pk__in=get_classified_attitudes().filter(field=field).values("pk"))
