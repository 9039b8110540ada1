"""The fields that every question has in the editor."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.flow.condition_field import ConditionsBlock
from cx_feedback.surveys.flow.piping_widgets import PipedCharBlock

#: Fields of every question that editors seldom need.
SELDOM = ("show_if", "token")


class QuestionBlock(blocks.StructBlock):
    """The fields that every question has in the editor."""

    label = PipedCharBlock(label=pgettext_lazy("survey", "Question"), max_length=300)
    help = PipedCharBlock(
        label=pgettext_lazy("survey", "Help text"), max_length=500, required=False
    )
    required = blocks.BooleanBlock(label=gettext_lazy("An answer is required"), required=False)
    show_if = ConditionsBlock(label=pgettext_lazy("survey", "Show only if"), required=False)
    token = blocks.RegexBlock(
        r"^[a-z][a-z0-9_]{0,39}\Z",
        label=pgettext_lazy("survey", "Placeholder name"),
        help_text=gettext_lazy(
            "Use {{ name }} in later texts to repeat this answer. Lowercase letters only."
        ),
        required=False,
    )

    class Meta:
        label_format = "{label}"
        preview_template = "cx_feedback/surveys/question_preview.html"
        #: The fields of the question that the block picker shows; the others have their defaults.
        sample: ClassVar[Mapping[str, Any]] = {}
        #: Fields that stand folded up below "More settings".
        more: tuple[str, ...] = SELDOM

    def get_form_layout(self) -> blocks.BlockGroup:
        """Return the question's own fields, "required", then what is seldom needed."""
        more = [name for name in self.child_blocks if name in self.meta.more]
        names = [name for name in self.child_blocks if name not in (*more, "required")]
        names += [name for name in self.child_blocks if name == "required"]
        heading = pgettext_lazy("survey", "More settings")
        # Folded up it says the answer's name; else Wagtail would write out the raw condition.
        group = blocks.BlockGroup(more, heading=heading, classname="collapsed", icon="cog")
        group.label_format = "{token}" if "token" in more else ""
        return blocks.BlockGroup([*names, group] if more else names)

    def get_preview_value(self) -> Any:
        sample = {"label": str(self.label), **self.meta.sample}
        return self.to_python(json.loads(json.dumps(sample, cls=DjangoJSONEncoder)))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        # A draft may be unfinished: what is missing in it is for publishing to find.
        if not self.is_deferred_validation and (problems := self.find_problems(cleaned)):
            raise blocks.StructBlockValidationError(problems)
        return cleaned

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        """Return what is wrong with fields that are right by themselves, by name of the field."""
        return {}
