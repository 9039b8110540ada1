"""What readers say next to what they do: the two-by-two of Dick and Basu (1994).

Dick, A. S. and Basu, K. (1994), "Customer Loyalty: Toward an Integrated Conceptual Framework",
Journal of the Academy of Marketing Science 22(2): relative attitude (high, low) by repeat
patronage (high, low). What readers say is read from the activity ledger alone.
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

from cx_feedback.loyalty.reports.report_tables import Attitude
from cx_feedback.loyalty.scoring.tiers import Tier
from cx_feedback.readers.models import Activity, Reader

#: Kinds of the ledger whose detail may say what a reader thinks.
KINDS = ("nps", "response")
#: Whose behaviour counts as coming again and again; the new are too new to say.
COMING = (Tier.LOYAL, Tier.LOVER, Tier.WON_BACK)
SELDOM = (Tier.CASUAL, Tier.FLY_BY, Tier.AT_RISK, Tier.LOST)


class AttitudeGroup(TextChoices):
    """A field of the two-by-two."""

    TRUE = "true", pgettext_lazy("loyalty", "True loyalty")
    LATENT = "latent", pgettext_lazy("loyalty", "Latent loyalty")
    SPURIOUS = "spurious", pgettext_lazy("loyalty", "Spurious loyalty")
    NONE = "none", pgettext_lazy("loyalty", "No loyalty")


@dataclass(frozen=True)
class Facet:
    """Something that readers say: the column of its moment, and columns with what they hold."""

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
    """Bring what every reader said last up to date; return how many rows were written.

    One statement a facet, and it writes only what is newer than what is kept.
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
    """Return the columns that are "" where nothing was said."""
    return [f.name for f in Attitude._meta.local_concrete_fields if isinstance(f, CharField)]


def liking_expression() -> CombinedExpression:
    """Return how well a reader speaks of the site, -2 to 2, as an expression on Attitude.

    A promoter counts 1, a detractor -1; a pleasant emotion 1, an unpleasant one -1. Above 0 in
    all is high: who is torn, or indifferent, does not say that the site is better than others.
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
    """Return what readers said, with ``field``, of those whose behaviour is known."""
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
    """Return readers by field, and under "" those who are too new to say."""
    counts = dict(
        get_classified_attitudes().order_by().values_list("field").annotate(n=Count("pk"))
    )
    return {value: counts.get(value, 0) for value in (*AttitudeGroup.values, "")}


def get_readers_in_group(field: str) -> QuerySet[Reader]:
    """Return the readers in a field of the two-by-two."""
    return Reader.objects.filter(pk__in=get_classified_attitudes().filter(field=field).values("pk"))
