"""Documents made from the declaration: the record of processing and blocks for a privacy notice.

Both are Markdown. What only the site knows (controller, recipients, measures) is left to fill in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cx_feedback.core.privacy.expiry import describe_length
from cx_feedback.core.privacy.personal_data import PersonalModel, get_parent
from cx_feedback.core.privacy.registry import get_all_personal_models, get_expiries


@dataclass(frozen=True)
class Purpose:
    """The models that serve one purpose on one legal ground."""

    words: str
    ground: str
    entries: list[PersonalModel]

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of data, in the order of the declaration."""
        kinds = dict.fromkeys(one.kind for entry in self.entries for one in entry.fields)
        return [str(kind.label) for kind in kinds]

    @property
    def periods(self) -> list[str]:
        """Return how long the data is kept, in words."""
        return list(dict.fromkeys(words for one in self.entries for words in describe_periods(one)))

    @property
    def erasures(self) -> list[str]:
        """Return what an erasure does, in words."""
        return list(dict.fromkeys(str(one.erasure.label) for one in self.entries))

    @property
    def titles(self) -> list[str]:
        """Return the names of the models."""
        return [get_title(one) for one in self.entries]


def get_title(entry: PersonalModel) -> str:
    """Return the name of a model's rows, with that of the rows that they are part of."""
    title = str(entry.model._meta.verbose_name_plural)
    parent = get_parent(entry)
    return f"{title} ({parent._meta.verbose_name_plural})" if parent else title


def collect_purposes() -> list[Purpose]:
    """Return the purposes of the installed rooms, in the order of the declaration."""
    found: dict[tuple[str, str], list[PersonalModel]] = {}
    for entry in get_all_personal_models():
        found.setdefault((str(entry.purpose), str(entry.ground.label)), []).append(entry)
    return [Purpose(words, ground, entries) for (words, ground), entries in found.items()]


def describe_periods(entry: PersonalModel) -> Iterable[str]:
    """Yield how long the rows of a model are kept, and what of them goes before."""
    titles = {one.period: str(one.title) for one in get_expiries()}
    shorter = (name for one in entry.fields for name in one.retention)
    for name in dict.fromkeys([*entry.retention, *shorter]):
        yield f"{titles.get(name, name)}: {describe_length(name)}"
    yield _("otherwise until they are erased")


def build_processing_record() -> str:
    """Return the record of processing activities (Article 30 GDPR) as Markdown."""
    lines = [f"# {_('Record of processing activities (Article 30 GDPR)')}", ""]
    lines += [f"- {label}: …" for label in _fields_of_the_site()] + [""]
    for purpose in collect_purposes():
        lines += [f"## {purpose.words}", ""]
        for label, words in (
            (_("Legal ground"), [purpose.ground]),
            (_("Categories of data subjects"), [_("readers, commenters and subscribers")]),
            (_("Categories of data"), purpose.kinds),
            (_("Stored in"), purpose.titles),
            (_("Kept for"), purpose.periods),
            (_("At an erasure"), purpose.erasures),
        ):
            lines.append(f"- **{label}**: {'; '.join(words)}")
        lines.append("")
    return "\n".join(lines)


def build_notice_blocks() -> str:
    """Return text blocks for a privacy notice as Markdown, one for each purpose."""
    lines = [f"# {_('What this site keeps about its readers')}", ""]
    for purpose in collect_purposes():
        kinds = _("We keep: %s.") % ", ".join(purpose.kinds)
        ground = _("Legal ground: %s.") % purpose.ground
        periods = _("How long: %s.") % "; ".join(purpose.periods)
        lines += [f"## {purpose.words}", "", kinds, "", ground, "", capfirst(periods), ""]
    lines += [
        _(
            "You can see, download and erase what is stored about you on the page “Your data on "
            "this site”, withdraw each consent and object to estimates at any time."
        ),
        "",
    ]
    return "\n".join(lines)


def _fields_of_the_site() -> list[str]:
    return [
        _("Controller and contact of the data protection officer"),
        _("Recipients, such as the mail provider and spam services"),
        _("Transfers to third countries"),
        _("Technical and organisational measures"),
    ]
