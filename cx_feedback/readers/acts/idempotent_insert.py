"""Storing a row once, whatever comes twice: a form pressed again, a request sent again.

The unique key of the row decides, so any number of processes may try at once, and nothing is
asked of the database as long as no row stands under the key.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.core.errors import KeyReused
from cx_feedback.core.http.repeats import Keys, Sender
from cx_feedback.readers.models import Reader

Made = TypeVar("Made")


@dataclass(frozen=True)
class Attempt(ABC):
    """One request that wants a row stored whose ``idempotency_key`` is unique among ``rows``."""

    keys: Keys
    sender: Sender | None

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """Return the rows among which the keys are unique, with their readers."""

    @abstractmethod
    def says_the_same(self, row: Any) -> bool:
        """Return whether ``row`` holds what this request says."""

    @abstractmethod
    def refuse_if_gone(self) -> None:
        """Raise what tells that the row's place was deleted a moment ago, if it was."""

    def owner_of(self, row: Any) -> str:
        """Return who ``row`` belongs to, as ``sender.reader`` says it; "" for nobody."""
        return "" if row.reader is None else row.reader.key.hex

    def find(self) -> Any:
        """Return the row that this request stored before, None when it did not.

        Raises KeyReused where its key stored something else.
        """
        wanted = {self.keys.own, self.keys.instead, *self.keys.before} - {""}
        if wanted:
            for row in self.rows().filter(idempotency_key__in=wanted):
                if self._is_mine(row) and not self._is_over(row):
                    return self._checked(row)
        return None

    def store(self, make: Callable[[str], Made]) -> tuple[Made | None, Any]:
        """Let ``make`` store a row under the key that it is given.

        Returns what it returned, or else None and the row that the key stored before. Raises
        KeyReused where that holds something else.
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
                    # Another request has just taken the key off a row whose window is over.
                    continue
                if self._is_over(taken):
                    self._release(taken)
                elif self._is_mine(taken):
                    return None, self._checked(taken)
                else:
                    key = self.keys.instead
        raise KeyReused

    def _checked(self, row: Any) -> Any:
        # What a form without a key says is in the key that was made of it.
        if self.keys.window is None and not self.says_the_same(row):
            raise KeyReused from None
        return row

    def _is_over(self, row: Any) -> bool:
        window = self.keys.window
        return window is not None and timezone.now() - row.created_at >= window

    def _is_mine(self, row: Any) -> bool:
        """Return whether the row under one of this request's keys is of the same sender."""
        if self.sender is None or not self.sender.reader:
            return True
        owner = self.owner_of(row)
        if row.idempotency_key in self.keys.before:
            return owner == self.sender.reader
        if row.idempotency_key == self.keys.own and self.keys.instead:
            return owner in ("", self.sender.reader) or not self.sender_is_known()
        return True

    def sender_is_known(self) -> bool:
        """Return whether the cookie is somebody's: the answer that replaced it may be lost."""
        return self.sender is not None and Reader.objects.filter(key=self.sender.reader).exists()

    def _release(self, row: Any) -> None:
        """Take the key off a row whose window is over: the same once more is another one."""
        rows = type(row)._default_manager.filter(pk=row.pk, idempotency_key=row.idempotency_key)
        rows.update(idempotency_key="")
