from django.urls import path

from cx_feedback.comments.api import (
    action_views,
    count_views,
    decision_views,
    objection_views,
    views,
)

urlpatterns = [
    path("comments/", views.CommentsView.as_view(), name="api-comments"),
    path("comments/follows/", action_views.FollowsView.as_view(), name="api-comments-follows"),
    path("comments/counts/", count_views.CommentCountsView.as_view(), name="api-comments-counts"),
    path(
        "comments/decisions/<uuid:batch>/undo/",
        decision_views.UndoView.as_view(),
        name="api-comments-undo",
    ),
    path(
        "comments/objections/",
        objection_views.ObjectionsView.as_view(),
        name="api-comments-objections",
    ),
    path(
        "comments/objections/<int:objection_id>/",
        objection_views.ObjectionView.as_view(),
        name="api-comments-objection",
    ),
    path("comments/<int:comment_id>/", views.CommentView.as_view(), name="api-comment"),
    path(
        "comments/<int:comment_id>/votes/",
        action_views.VotesView.as_view(),
        name="api-comment-votes",
    ),
    path(
        "comments/<int:comment_id>/flags/",
        action_views.FlagsView.as_view(),
        name="api-comment-flags",
    ),
    path(
        "comments/<int:comment_id>/decisions/",
        decision_views.DecisionsView.as_view(),
        name="api-comment-decisions",
    ),
    path(
        "comments/<int:comment_id>/objections/",
        objection_views.OwnObjectionsView.as_view(),
        name="api-comment-objections",
    ),
]
