from django.urls import path

from cx_feedback.comments.api import views

urlpatterns = [
    path("comments/", views.CommentsView.as_view(), name="api-comments"),
    path("comments/<int:comment_id>/", views.CommentView.as_view(), name="api-comment"),
]
