"""Admin pages with several buttons, each of which does something else."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages

from cx_feedback.core.errors import InvalidInput

#: An action returns what it has done in words, "" to say nothing, or None to show the page again
#: with the errors of its form.
Action = Callable[[], str | None]


class PostedActionsMixin:
    """A page whose buttons post the name of an action in the field ``do``."""

    def get_actions(self) -> Mapping[str, Action]:
        """Return the actions by name."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says, and show the page with what was done or why not."""
        try:
            message = self.get_actions().get(request.POST.get("do", ""), str)()
        except InvalidInput as error:
            for texts in error.fields.values():
                messages.error(request, " ".join(str(text) for text in texts))
            return redirect(request.path)
        if message is None:
            context = self.get_context_data()  # type: ignore[attr-defined]
            response: HttpResponse = self.render_to_response(context)  # type: ignore[attr-defined]
            return response
        if message:
            messages.success(request, message)
        return redirect(request.path)
