"""The form by which a moderator decides about an author's objection."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from cx_feedback.comments import services
from cx_feedback.comments.models import OBJECTION_LENGTH, Comment, Objection, State
from cx_feedback.comments.moderation.decision_buttons import DECISION_LABELS
from cx_feedback.comments.moderation.decision_views import (
    CommentFormView,
    parse_seen_of,
    respond_with_decision,
)
from cx_feedback.comments.services.objection_decisions import find_texts_to_show
from cx_feedback.comments.services.objections import may_decide
from cx_feedback.core.errors import FeedbackError, InvalidInput, Refused
from cx_feedback.core.http.parameters import parse_id


class ObjectionView(CommentFormView):
    """Accept an objection, or dismiss it with an answer to the author."""

    page_title = gettext_lazy("Decide about an objection")
    form_name = "objection"

    @cached_property
    def objection(self) -> Objection | None:
        """The oldest open objection to a decision on the comment."""
        rows = Objection.objects.filter(comment=self.comment, state=Objection.State.OPEN)
        return rows.select_related("event", "comment__thread__page").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        objection = self.objection
        allowed = objection is not None and may_decide(objection, self.request.user)
        own = objection is not None and objection.event.moderator_id == self.request.user.pk
        return {
            **super().get_context_data(**kwargs),
            "objection": objection,
            "at_objection": True,
            "may_decide": allowed,
            "alone_here": allowed and own,
            "restorable": objection is not None and self._is_restorable(objection),
            "text_limit": OBJECTION_LENGTH,
        }

    def _is_restorable(self, objection: Objection) -> bool:
        """Return whether accepting the objection shows something to readers."""
        if objection.is_about_text:
            return bool(find_texts_to_show([objection]))
        return self.comment.state in (State.REJECTED, State.HIDDEN)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = request.POST.get("decision", "")
        try:
            objection_id = parse_id(request.POST.get("objection", ""))
            if chosen not in ("uphold", "dismiss") or objection_id is None:
                raise InvalidInput(fields={"comment": [gettext_lazy("Choose what to decide.")]})
            # What was seen is this comment's: the objection has to be about it.
            if not self.comment.objections.filter(pk=objection_id).exists():
                nothing = gettext_lazy("There is no open objection about this comment.")
                raise InvalidInput(fields={"comment": [nothing]})
            objection = services.decide_on_objection(
                objection_id=objection_id,
                uphold=chosen == "uphold",
                answer=request.POST.get("answer", ""),
                moderator=request.user,
                seen=parse_seen_of(request, self.comment.pk),
                among=self.scope.comments(),
            )
        except Refused as error:
            return self.render_errors(Refused(fields={"moderator": [error.detail]}))
        except FeedbackError as error:
            return self.render_errors(error)
        after = Comment.objects.only("state").get(pk=self.comment.pk).state
        changed = {self.comment.pk: State(after)}
        before = {self.comment.pk: self.comment.state}
        decision = services.Decision(changed, [], objection.batch, before)
        return respond_with_decision(request, str(DECISION_LABELS[chosen]), decision)
