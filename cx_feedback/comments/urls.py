from django.urls import path

from cx_feedback.comments import act_views, arriving, feeds, follow_views, views

urlpatterns = [
    path("comments/post/", views.post, name="comments-post"),
    path("comments/proof/<str:token>/", arriving.proof, name="comments-proof"),
    path("comments/mine/", views.mine, name="comments-mine"),
    path("comments/page/<int:page_id>/", views.page, name="comments-page"),
    path("comments/page/<int:page_id>/<str:kind>/", feeds.page_feed, name="comments-feed"),
    path("comments/feed/<str:kind>/", feeds.site_feed, name="comments-site-feed"),
    path("comments/<int:comment_id>/", views.comment, name="comment"),
    path("comments/<int:comment_id>/reply/", views.reply, name="comment-reply"),
    path("comments/<int:comment_id>/votes/", act_views.vote, name="comment-vote"),
    path("comments/<int:comment_id>/flags/", act_views.flag, name="comment-flag"),
    path("comments/<int:comment_id>/edit/", act_views.edit, name="comment-edit"),
    path("comments/<int:comment_id>/delete/", act_views.delete, name="comment-delete"),
    path("comments/follow/", follow_views.follow, name="comments-follow"),
    path(
        "comments/follow/confirm/<str:token>/",
        follow_views.confirm,
        name="comments-follow-confirm",
    ),
    path("comments/follow/end/<str:token>/", follow_views.end, name="comments-follow-end"),
]
