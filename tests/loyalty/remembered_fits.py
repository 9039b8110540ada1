"""Fits of the same cells are made once in a process: most tests begin with the same readers.

A fit is a function of its cells alone (``test_model``), so the second one of the same cells says
nothing that the first did not.
"""

import functools
import hashlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cx_feedback.loyalty.model import rolling

#: What takes most of a training, as the forecasters call it.
FITS = ("fit_model", "fit_again", "fit_wave", "train_challenger")


def remember(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``function`` with what it returned for each set of arguments, compared by bytes."""
    found: dict[bytes, Any] = {}

    @functools.wraps(function)
    def remembered(*args: Any) -> Any:
        key = hashlib.blake2b(pickle.dumps(args)).digest()
        if key not in found:
            found[key] = function(*args)
        return found[key]

    return remembered


@contextmanager
def remember_fits() -> Iterator[None]:
    """Remember the fits of forecasters until the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        for name in FITS:
            patch.setattr(rolling, name, remember(getattr(rolling, name)))
        yield
