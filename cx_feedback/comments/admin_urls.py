from django.urls import path

from cx_feedback.comments import admin_views as views

app_name = "cx_comments"

urlpatterns = [
    path("", views.QueueView.as_view(), name="queue"),
    path("results/", views.QueueView.as_view(results_only=True), name="queue_results"),
    path("decide/", views.DecideView.as_view(), name="decide"),
    path("conversation/<int:page_id>/", views.ConversationView.as_view(), name="conversation"),
    path("<int:pk>/", views.CommentAdminView.as_view(), name="comment"),
]
