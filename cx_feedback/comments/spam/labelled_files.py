"""Reads labelled texts from CSV files, to train and test a classifier."""

import csv
import itertools
from pathlib import Path

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.classifier import Sample
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.tables.csv_separators import guess_separator
from cx_feedback.core.tables.table_writer import unescape_formula

LABELS = {"spam": True, "ham": False}
#: Characters of a text that are read, at least as many as the classifier uses.
MAX_TEXT_LENGTH = 20_000


def read_labelled_file(path: str | Path) -> list[Sample]:
    """Return the texts of a CSV file with the columns ``text`` and ``label`` (spam or ham).

    Raises InvalidInput with the file and the line of an error.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            lines = itertools.chain([first], file)
            return _read_samples(csv.DictReader(lines, delimiter=guess_separator(first)), str(path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path}: {error}") from None


def _read_samples(rows: "csv.DictReader[str]", path: str) -> list[Sample]:
    if not {"text", "label"} <= set(rows.fieldnames or ()):
        raise InvalidInput(_("%s: the first line must name the columns text and label.") % path)
    samples = []
    for row in rows:
        label = (row["label"] or "").strip().casefold()
        if label not in LABELS:
            message = _("%(path)s, line %(line)d: the label must be spam or ham, not “%(label)s”.")
            raise InvalidInput(message % {"path": path, "line": rows.line_num, "label": label[:40]})
        text = unescape_formula(row["text"] or "")[:MAX_TEXT_LENGTH]
        samples.append(Sample(text, "", LABELS[label]))
    return samples
