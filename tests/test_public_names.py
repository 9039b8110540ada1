"""Names that sites, rows and queues hold stay as they are.

When this fails, a name is gone or new. A new one: ``python -m tests.public_names``. One that is
gone: rows, messages and sites still hold it; ``docs/releasing.md`` says how names are deprecated.
"""

import json

import pytest

from tests import public_names

KEPT = json.loads(public_names.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", public_names.KINDS, ids=lambda kind: kind.__name__)
def test_names_stay(kind):
    there, kept = set(kind()), set(KEPT[kind.__name__])
    assert kept - there == set(), "gone"
    assert there - kept == set(), "new: run python -m tests.public_names"


def test_every_kind_is_kept():
    assert [*KEPT] == [kind.__name__ for kind in public_names.KINDS]


def test_no_kind_is_empty():
    """A pattern that finds nothing any more keeps nothing."""
    assert [kind for kind, names in KEPT.items() if not names] == []
