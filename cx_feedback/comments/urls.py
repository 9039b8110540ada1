from django.urls import path

from cx_feedback.comments.following import views as follow_views
from cx_feedback.comments.objections import views as objection_views
from cx_feedback.comments.views import (
    action_views,
    confirmation_views,
    feeds,
    thread_views,
)

urlpatterns = [
    path("comments/post/", thread_views.post_comment, name="comments-post"),
    path(
        "comments/verify-email/<str:token>/",
        confirmation_views.verify_email,
        name="comments-verify-email",
    ),
    path("comments/mine/", thread_views.show_own_comments, name="comments-mine"),
    path("comments/page/<int:page_id>/", thread_views.show_thread, name="comments-page"),
    path("comments/page/<int:page_id>/<str:kind>/", feeds.page_feed, name="comments-feed"),
    path("comments/feed/<str:kind>/", feeds.site_feed, name="comments-site-feed"),
    path("comments/<int:comment_id>/", thread_views.show_comment, name="comment"),
    path("comments/<int:comment_id>/reply/", thread_views.show_reply_form, name="comment-reply"),
    path("comments/<int:comment_id>/votes/", action_views.cast_vote, name="comment-vote"),
    path("comments/<int:comment_id>/flags/", action_views.flag_comment, name="comment-flag"),
    path("comments/<int:comment_id>/edit/", action_views.edit_comment, name="comment-edit"),
    path("comments/<int:comment_id>/delete/", action_views.delete_comment, name="comment-delete"),
    path(
        "comments/objection/<str:token>/",
        objection_views.show_objection,
        name="comments-objection",
    ),
    path("comments/follow/", follow_views.follow_thread, name="comments-follow"),
    path(
        "comments/follow/confirm/<str:token>/",
        follow_views.confirm_follow,
        name="comments-follow-confirm",
    ),
    path("comments/follow/end/<str:token>/", follow_views.end_follow, name="comments-follow-end"),
]
