from django.urls import path

from cx_feedback.comments.following import views as follow_views
from cx_feedback.comments.views import (
    action_views,
    confirmation_views,
    feeds,
    thread_views,
)

urlpatterns = [
    path("comments/post/", thread_views.post, name="comments-post"),
    path("comments/proof/<str:token>/", confirmation_views.proof, name="comments-proof"),
    path("comments/mine/", thread_views.mine, name="comments-mine"),
    path("comments/page/<int:page_id>/", thread_views.page, name="comments-page"),
    path("comments/page/<int:page_id>/<str:kind>/", feeds.page_feed, name="comments-feed"),
    path("comments/feed/<str:kind>/", feeds.site_feed, name="comments-site-feed"),
    path("comments/<int:comment_id>/", thread_views.comment, name="comment"),
    path("comments/<int:comment_id>/reply/", thread_views.reply, name="comment-reply"),
    path("comments/<int:comment_id>/votes/", action_views.vote, name="comment-vote"),
    path("comments/<int:comment_id>/flags/", action_views.flag, name="comment-flag"),
    path("comments/<int:comment_id>/edit/", action_views.edit, name="comment-edit"),
    path("comments/<int:comment_id>/delete/", action_views.delete, name="comment-delete"),
    path("comments/follow/", follow_views.follow, name="comments-follow"),
    path(
        "comments/follow/confirm/<str:token>/",
        follow_views.confirm,
        name="comments-follow-confirm",
    ),
    path("comments/follow/end/<str:token>/", follow_views.end, name="comments-follow-end"),
]
