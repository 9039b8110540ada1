"""Edit conflicts: an editor who saves a form is shown changes that others saved meanwhile.

The form carries the version of the object that it shows. If another version is stored by now,
nothing is saved. The form is shown again with the editor's input, the differences field by field,
and a button to save anyway. For models with revisions it is Wagtail's own version; what autosave
stored of the same form is no conflict.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import select_template
from django.utils.safestring import SafeString
from modelcluster.models import (
    ClusterableModel,
    get_all_child_relations,
    get_serializable_data_for_fields,
)
from wagtail.admin import compare
from wagtail.admin.views import generic
from wagtail.log_actions import registry as log_registry

#: The form field with the version.
VERSION = "cx-version"
TEMPLATE = "cx_feedback/core/edit_form.html"


@dataclass(frozen=True)
class Difference:
    """A field that somebody else has changed: the stored value compared with the input."""

    label: str
    html: SafeString


@dataclass(frozen=True)
class Conflict:
    """An edit conflict; ``refusal`` is the reason why nothing can be saved at all."""

    differences: list[Difference]
    #: The log entry of the other change, if there is one.
    entry: Any = None
    refusal: str = ""


def version_of(instance: models.Model) -> dict[str, str]:
    """Return the digests of the editable fields of ``instance``."""
    return {name: _digest_value(value) for name, value in _values_of(instance).items()}


def _values_of(instance: models.Model) -> dict[str, Any]:
    found: dict[str, Any] = {
        field.name: field.value_to_string(instance)
        for field in instance._meta.concrete_fields
        if field.editable and not field.primary_key
    }
    for relation in instance._meta.many_to_many:
        if relation.editable:
            related = getattr(instance, relation.name).all()
            found[relation.name] = sorted(row.pk for row in related)
    for relation in _children_of(type(instance)):
        name = relation.get_accessor_name()
        children = getattr(instance, name).all()
        found[name] = [get_serializable_data_for_fields(child) for child in children]
    return found


def _children_of(model: type[models.Model]) -> Iterable[Any]:
    """Return the child relations that are edited in the same form."""
    return get_all_child_relations(model) if issubclass(model, ClusterableModel) else []


def _digest_value(value: Any) -> str:
    text = json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _changed_since(posted: str, instance: models.Model) -> set[str]:
    """Return the names of the fields that changed since the form was shown."""
    try:
        shown = json.loads(posted)
    except ValueError:
        return set()
    if not isinstance(shown, dict):
        return set()
    now = version_of(instance)
    return {name for name, digest in now.items() if shown.get(name, digest) != digest}


class EditConflictMixin:
    """A mixin for Wagtail's edit views of snippets, models and settings."""

    conflict: Conflict | None = None

    def get_success_json(self) -> dict[str, Any]:
        """Return the answer to autosave, with the version that the form shows from now on.

        Otherwise the form would be saved with the version that it was loaded with.
        """
        data: dict[str, Any] = super().get_success_json()  # type: ignore[misc]
        if revision := data.get("revision_id"):
            data["field_updates"] = {
                **data.get("field_updates", {}),
                "loaded_revision_id": str(revision),
                "loaded_revision_created_at": data["revision_created_at"],
            }
        return data

    def refusal_of(self, stored: Any) -> str:
        """Return the reason why ``stored`` can no longer be changed, "" if it can."""
        return ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view: Any = self
        if not hasattr(self, "object"):
            self.object = view.get_object()
        if view.expects_json_response:  # autosave, whose conflicts Wagtail handles
            return super().post(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
        with transaction.atomic():
            self.conflict = self._find_conflict()
            if self.conflict is None:
                return super().post(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
        return view.render_to_response(view.get_context_data(), status=409)  # type: ignore[no-any-return]

    def _find_conflict(self) -> Conflict | None:
        """Return the conflict with the stored row, which stays locked until the form is saved."""
        view: Any = self
        stored = view.model._base_manager.select_for_update(of=("self",)).get(pk=self.object.pk)
        changed, refusal = self._get_changed_fields(stored), self.refusal_of(stored)
        if not (changed or refusal):
            return None
        stored = self._as_edited(stored)
        view.form = view.get_form()
        is_valid = view.is_valid(view.form)
        differences = self._get_differences(stored, changed or set())
        if is_valid and not differences and not refusal:
            return None  # Autosave, still under way when the editor saved, or the same twice.
        entry = log_registry.get_logs_for_instance(stored).select_related("user").first()
        return Conflict(differences, entry, refusal)

    def _get_changed_fields(self, stored: Any) -> set[str] | None:
        view: Any = self
        if getattr(view, "revision_enabled", False):
            return set(_values_of(self._as_edited(stored))) if view.is_out_of_date else None
        return _changed_since(view.request.POST.get(VERSION, ""), stored)

    def _as_edited(self, stored: Any) -> Any:
        """Return ``stored`` as the form shows it, with its draft if it has one."""
        if hasattr(stored, "get_latest_revision_as_object"):
            return stored.get_latest_revision_as_object()
        return stored

    def _get_differences(self, stored: Any, changed: set[str]) -> list[Difference]:
        mine = self._get_own_instance()
        found = (make(stored, mine) for make in self._get_comparisons())
        return [
            difference
            for one in found
            if _name_of(one) in changed and one.has_changed()
            for difference in _list_differences(one)
        ]

    def _get_own_instance(self) -> Any:
        view: Any = self
        if view.form.is_valid() and _children_of(view.model):
            return view.form.save(commit=False)
        return view.form.instance

    def _get_comparisons(self) -> Iterable[Any]:
        view: Any = self
        if panel := view.get_bound_panel(view.form):
            return panel.get_comparison()  # type: ignore[no-any-return]
        return [
            lambda a, b, field=field: _comparison_of(field)(field, a, b)
            for field in map(self._get_model_field, view.form.fields)
            if field is not None
        ]

    def _get_model_field(self, name: str) -> Any:
        try:
            return self.model._meta.get_field(name)  # type: ignore[attr-defined]
        except FieldDoesNotExist:
            return None

    def get_template_names(self) -> list[str]:
        names: list[str] = super().get_template_names()  # type: ignore[misc]
        if getattr(self, "hydrate_create_view", False):
            return names
        self.extended_names = names
        return [TEMPLATE]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view: Any = self
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        view.get_template_names()
        context["extended"] = select_template(getattr(view, "extended_names", [TEMPLATE]))
        context["conflict"] = self.conflict
        context["version_name"] = VERSION
        if not getattr(view, "revision_enabled", False):
            stored = view.model._base_manager.get(pk=self.object.pk)
            context["version"] = json.dumps(version_of(stored))
        if self.conflict:
            context["autosave_enabled"] = False  # It must not overwrite the other change.
            context["save_name"] = f"action-{view.action}"
        return context


class ModelEditView(EditConflictMixin, generic.EditView):
    """Wagtail's edit view of a ``ModelViewSet``."""


def edit_setting_with_conflicts(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Replace Wagtail's edit view for the settings of this package (``before_edit_setting``).

    Wagtail has a single view for the settings of all apps, which a model can't replace.
    """
    from wagtail.contrib.settings.views import EditView

    ours = instance._meta.app_label.startswith("cx_feedback")
    if not ours or getattr(request, "_cx_guarded", False):
        return None
    request._cx_guarded = True  # type: ignore[attr-defined]
    edit_view: Any = type("SettingEditView", (EditConflictMixin, EditView), {})
    match = request.resolver_match
    assert match is not None
    response: HttpResponse = edit_view.as_view()(request, *match.args, **match.kwargs)
    return response


def _list_differences(comparison: Any) -> Iterable[Difference]:
    """Yield the differences of a field, or of the fields of child rows."""
    label = str(comparison.field_label())
    if not comparison.is_child_relation:
        yield Difference(label, comparison.htmldiff())
        return
    for number, row in enumerate(comparison.get_child_comparisons(), 1):
        for one in row.get_field_comparisons():
            if one.has_changed():
                yield Difference(f"{label} {number}: {one.field_label()}", one.htmldiff())


def _name_of(comparison: Any) -> str:
    if comparison.is_child_relation:
        return str(comparison.field.get_accessor_name())
    return str(comparison.field.name)


def _comparison_of(field: Any) -> Any:
    """Return Wagtail's class for comparing two values of ``field``."""
    if field.choices:
        return compare.ChoiceFieldComparison
    if found := compare.comparison_class_registry.get(field):
        return found
    if field.is_relation:
        return compare.M2MFieldComparison if field.many_to_many else compare.ForeignObjectComparison
    return compare.FieldComparison
