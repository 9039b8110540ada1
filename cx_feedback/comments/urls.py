from django.urls import path

from cx_feedback.comments import views

urlpatterns = [
    path("comments/post/", views.post, name="comments-post"),
    path("comments/mine/", views.mine, name="comments-mine"),
    path("comments/page/<int:page_id>/", views.page, name="comments-page"),
    path("comments/<int:comment_id>/", views.comment, name="comment"),
    path("comments/<int:comment_id>/reply/", views.reply, name="comment-reply"),
]
