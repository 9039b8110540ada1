"""Storing a row once, even if a form or request is sent again.

The unique key of the row decides, so any number of processes may try at the same time. As long
as no row has the key, no extra query is needed.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.core.errors import KeyReused
from cx_feedback.core.http.idempotency_keys import Keys, Sender
from cx_feedback.readers.models import Reader

Made = TypeVar("Made")


@dataclass(frozen=True)
class Attempt(ABC):
    """A request to store a row whose ``idempotency_key`` is unique among ``rows``."""

    keys: Keys
    sender: Sender | None

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """Return the rows among which keys are unique, with their readers selected."""

    @abstractmethod
    def says_the_same(self, row: Any) -> bool:
        """Return whether ``row`` holds the content of this request."""

    @abstractmethod
    def refuse_if_gone(self) -> None:
        """Raise an error if the object that the row belongs to has just been deleted."""

    def owner_of(self, row: Any) -> str:
        """Return the owner of ``row`` in the form of ``sender.reader``; "" for none."""
        return "" if row.reader is None else row.reader.key.hex

    def find(self) -> Any:
        """Return the row that this request stored before, None if there is none.

        Raises KeyReused if the key was used with other content.
        """
        wanted = {self.keys.own, self.keys.instead, *self.keys.before} - {""}
        if wanted:
            for row in self.rows().filter(idempotency_key__in=wanted):
                if self._is_mine(row) and not self._is_over(row):
                    return self._checked(row)
        return None

    def store(self, make: Callable[[str], Made]) -> tuple[Made | None, Any]:
        """Call ``make`` to store a row under the key that it is passed.

        Returns (result of ``make``, None), or (None, existing row) if the key was used before.
        Raises KeyReused if the existing row holds other content.
        """
        key = self.keys.own
        for tries_left in reversed(range(5)):
            try:
                return make(key), None
            except IntegrityError:
                taken = self.rows().filter(idempotency_key=key).first() if key else None
                if taken is None:
                    self.refuse_if_gone()
                    if not key or not tries_left:
                        raise
                    # Another request has just released the key of an expired row.
                    continue
                if self._is_over(taken):
                    self._release(taken)
                elif self._is_mine(taken):
                    return None, self._checked(taken)
                else:
                    key = self.keys.instead
        raise KeyReused

    def _checked(self, row: Any) -> Any:
        # The key of a form without one is derived from its content, which is therefore equal.
        if self.keys.window is None and not self.says_the_same(row):
            raise KeyReused from None
        return row

    def _is_over(self, row: Any) -> bool:
        window = self.keys.window
        return window is not None and timezone.now() - row.created_at >= window

    def _is_mine(self, row: Any) -> bool:
        """Return whether the row under a key of this request belongs to the same sender."""
        if self.sender is None or not self.sender.reader:
            return True
        owner = self.owner_of(row)
        if row.idempotency_key in self.keys.before:
            return owner == self.sender.reader
        if row.idempotency_key == self.keys.own and self.keys.instead:
            return owner in ("", self.sender.reader) or not self.sender_is_known()
        return True

    def sender_is_known(self) -> bool:
        """Return whether the cookie belongs to a reader; its replacement may have been lost."""
        return self.sender is not None and Reader.objects.filter(key=self.sender.reader).exists()

    def _release(self, row: Any) -> None:
        """Remove the key of an expired row, so that a repetition is stored again."""
        rows = type(row)._default_manager.filter(pk=row.pk, idempotency_key=row.idempotency_key)
        rows.update(idempotency_key="")
