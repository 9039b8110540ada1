from django.urls import path

from cx_feedback.comments.api import act_views, views

urlpatterns = [
    path("comments/", views.CommentsView.as_view(), name="api-comments"),
    path("comments/follows/", act_views.FollowsView.as_view(), name="api-comments-follows"),
    path("comments/<int:comment_id>/", views.CommentView.as_view(), name="api-comment"),
    path(
        "comments/<int:comment_id>/votes/", act_views.VotesView.as_view(), name="api-comment-votes"
    ),
    path(
        "comments/<int:comment_id>/flags/", act_views.FlagsView.as_view(), name="api-comment-flags"
    ),
]
