"""The bases of the serializers: each makes an answer, or reads a request, and describes it.

REST framework copies the declared fields for every instance, which takes six times as long as an
answer. So all requests share one instance of each class, which keeps nothing of what it is given.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import read_page_id

T = TypeVar("T")
#: In place of a value that REST framework has to read.
_UNREAD: Any = object()


# Makes the JSON of an answer, and its description in the OpenAPI document, which would take a
# docstring over from here.
class OutputSerializer(serializers.Serializer[Any]):
    @classmethod
    def build(cls, found: Any) -> dict[str, Any]:
        """Return the JSON of an object, or of a mapping of objects."""
        built: dict[str, Any] = _get_instance(cls, None).to_representation(found)
        return built

    @classmethod
    def build_list(cls, found: Iterable[Any]) -> list[dict[str, Any]]:
        """Return the JSON of several objects."""
        instance = _get_instance(cls, None)
        return [instance.to_representation(each) for each in found]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Leave out what a mapping leaves out; REST framework makes it null where it may be.

        Attributes and members are read here, in half the time. REST framework reads all else, and
        says what is missing.
        """
        built: dict[str, Any] = {}
        for field, names in self._sources:
            value = _read_source(instance, names)
            if value is _UNREAD:
                try:
                    value = field.get_attribute(instance)
                except SkipField:
                    continue
            built[field.field_name] = None if value is None else field.to_representation(value)
        if isinstance(instance, Mapping):
            for name in self._omittable_names - instance.keys():
                del built[name]
        return built

    @cached_property
    def _sources(self) -> list[tuple[Any, tuple[str, ...]]]:
        """The fields with the names of what they show, empty for a field with a way of its own."""
        return [
            (
                field,
                tuple(field.source_attrs)
                if type(field).get_attribute is serializers.Field.get_attribute
                else (),
            )
            for field in self.fields.values()
            if not field.write_only
        ]

    @cached_property
    def _omittable_names(self) -> frozenset[str]:
        """The fields that may be left out and may be null."""
        return frozenset(
            name
            for name, field in self.fields.items()
            if field.allow_null and not field.required and field.source == name
        )


def _read_source(instance: Any, names: tuple[str, ...]) -> Any:
    """Return an attribute or member by its path, _UNREAD if it is missing or a method."""
    value = instance if names else _UNREAD
    try:
        for name in names:
            value = value[name] if isinstance(value, dict) else getattr(value, name)
    except (AttributeError, KeyError, ObjectDoesNotExist):
        return _UNREAD
    return _UNREAD if callable(value) else value


# Reads a JSON object or a form post by the same rules, and describes the former.
class InputSerializer(serializers.Serializer[Any]):
    @classmethod
    def read(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values; raises InvalidInput naming every wrong field."""
        try:
            found: dict[str, Any] = _get_instance(cls, get_language()).run_validation(data)
        except serializers.ValidationError as error:
            fields = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
            raise InvalidInput(fields={k: list(_flatten(v)) for k, v in fields.items()}) from None
        return found


# REST framework puts its messages together once for each instance, so each language has its own.
@cache
def _get_instance(serializer: type[Any], _language: str | None) -> Any:
    return serializer()


def _flatten(detail: Any) -> Iterator[str]:
    """Iterate over the messages about a field and about what is inside of it."""
    if isinstance(detail, Mapping):
        detail = detail.values()
    elif not isinstance(detail, list):
        yield str(detail)
        return
    for each in detail:
        yield from _flatten(each)


def apply_rule(rule: Callable[[Any], T], data: Any) -> T:
    """Return what ``rule`` makes of a value; its InvalidInput becomes the error of the field."""
    try:
        return rule(data)
    except InvalidInput as error:
        raise serializers.ValidationError([*_flatten(list(error.fields.values()))]) from None


def _allow_null_if_optional(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a field that takes null for a missing value, for its description."""
    return {"allow_null": kwargs.get("required") is False, **kwargs}


class TextField(serializers.CharField):
    """A text that is "" if it is missing or null; no other type is taken for one.

    ``clean`` holds the rules: it returns the cleaned text, or raises InvalidInput.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_allow_null_if_optional(kwargs))

    def run_validation(self, data: Any = empty) -> str:
        if data is None or data is empty:
            data = ""
        if not isinstance(data, str):
            self.fail("invalid")
        return apply_rule(self.clean, data)

    def clean(self, text: str) -> str:
        return text


class WholeNumberField(serializers.IntegerField):
    """A number of JSON from ``min_value`` on; None if it is missing or null and not required."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_allow_null_if_optional(kwargs))

    def run_validation(self, data: Any = empty) -> int | None:
        if data is empty or data is None:
            if self.required:
                self.fail("invalid")
            return None
        if not isinstance(data, int) or isinstance(data, bool) or data < (self.min_value or 0):
            self.fail("invalid")
        return data


class StrictBooleanField(serializers.BooleanField):
    """True or false of JSON, and nothing that only looks like it; skipped if it is missing."""

    def run_validation(self, data: Any = empty) -> bool:
        if data is empty:
            raise SkipField
        if not isinstance(data, bool):
            raise serializers.ValidationError([_("Must be true or false.")])
        return data


class PageField(serializers.IntegerField):
    """The id of the page with the form; the view checks before all else that there is one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_allow_null_if_optional(kwargs))

    def get_value(self, dictionary: Mapping[str, Any]) -> int | None:
        return read_page_id(dictionary)

    def run_validation(self, data: Any = empty) -> Any:
        return data


class UncheckedField(serializers.Field[Any, Any, Any, Any]):
    """A value whose rules a service has, as it holds them for what comes by other ways too."""

    def run_validation(self, data: Any = empty) -> Any:
        return None if data is empty else data


class UncheckedDictField(UncheckedField, serializers.DictField):
    """As ``UncheckedField``, described as an object."""


class FigureField(serializers.FloatField):
    """A figure that is null while its object is not ``shown``, as too few answered."""

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) if instance.shown else None
