"""Views that ban authors, list active and ended bans, and lift them."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.base import BaseListingView

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, State
from cx_feedback.comments.moderation.ban_form import BanForm
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.decision_views import CommentFormView, respond_with_decision
from cx_feedback.comments.permissions import Scope
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.errors import FeedbackError, InvalidInput


def get_bans(scope: Scope) -> QuerySet[Ban]:
    """Return the bans of authors of comments in ``scope``."""
    rows = Ban.objects.select_related("comment__thread__page", "moderator")
    return rows if scope.everywhere else rows.filter(comment__in=scope.comments())


class BanFilterSet(WagtailFilterSet):
    """Filters bans by state and kind."""

    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "State"),
        choices=[
            ("holds", pgettext_lazy("comment", "Active")),
            ("over", pgettext_lazy("comment", "Ended")),
        ],
        method="in_state",
    )
    kind = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "Kind"), choices=Ban.Kind.choices
    )

    class Meta:
        model = Ban
        fields: ClassVar[list[str]] = []

    def in_state(self, queryset: Any, name: str, value: str) -> QuerySet[Ban]:
        if value == "holds":
            active: QuerySet[Ban] = queryset.active()
            return active
        over: QuerySet[Ban] = queryset.filter(
            Q(lifted_at__isnull=False) | Q(until__lte=timezone.now())
        )
        return over


class BanListView(ModeratorViewMixin, BaseListingView):
    """The bans, newest first."""

    model = Ban
    page_title = pgettext_lazy("comment", "Bans")
    header_icon = "no-view"
    template_name = "cx_feedback/comments/admin/listing_base.html"
    results_template_name = "cx_feedback/comments/admin/bans_results.html"
    index_url_name = "cx_comments:bans"
    index_results_url_name = "cx_comments:bans_results"
    filterset_class = BanFilterSet
    default_ordering = "-pk"
    paginate_by = 50

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue)

    def get_base_queryset(self) -> QuerySet[Ban]:
        return get_bans(self.scope)


class BanView(CommentFormView):
    """Ban the author of a comment."""

    page_title = pgettext_lazy("comment", "Ban")
    form_name = "ban"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = BanForm(request.POST)
        try:
            if not form.is_valid():
                raise InvalidInput(fields={k: [str(e) for e in v] for k, v in form.errors.items()})
            banned = services.ban_author(
                comment_id=self.comment.pk,
                moderator=request.user,
                among=self.scope.comments(),
                **form.get_arguments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        changed = dict.fromkeys(banned.swept, State.SPAM)
        before = dict.fromkeys(banned.swept, str(State.PENDING))
        decision = services.Decision(
            changed or {pk: State(self.comment.state)}, [], banned.batch, before
        )
        return respond_with_decision(
            request, pgettext("comment", "Author banned."), decision, renew=True
        )


class LiftBanView(ModeratorViewMixin, View):
    """Lift a ban before its end."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        ban = get_object_or_404(get_bans(self.scope), pk=pk)
        if services.lift_ban(ban=ban, moderator=request.user):
            messages.success(request, _("The ban is lifted."))
        return redirect("cx_comments:bans")
