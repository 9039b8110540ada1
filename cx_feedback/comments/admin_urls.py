from django.urls import path

from cx_feedback.comments.moderation import bans, comment, decisions, imported, log, queue, work

app_name = "cx_comments"

urlpatterns = [
    path("", queue.QueueView.as_view(), name="queue"),
    path("results/", queue.QueueView.as_view(results_only=True), name="queue_results"),
    path("counts/", queue.CountsView.as_view(), name="counts"),
    path("decide/", decisions.DecideView.as_view(), name="decide"),
    path("undo/<uuid:batch>/", decisions.UndoView.as_view(), name="undo"),
    path("log/", log.LogView.as_view(), name="log"),
    path("log/results/", log.LogView.as_view(results_only=True), name="log_results"),
    path("bans/", bans.BansView.as_view(), name="bans"),
    path("bans/results/", bans.BansView.as_view(results_only=True), name="bans_results"),
    path("bans/<int:pk>/lift/", bans.LiftView.as_view(), name="lift"),
    path("work/", work.WorkView.as_view(), name="work"),
    path("imports/", imported.ImportsView.as_view(), name="imports"),
    path("conversation/<int:page_id>/", comment.ConversationView.as_view(), name="conversation"),
    path("<int:pk>/", comment.CommentView.as_view(), name="comment"),
    path("<int:pk>/reject/", decisions.RejectView.as_view(), name="reject"),
    path("<int:pk>/answer/", decisions.AnswerView.as_view(), name="answer"),
    path("<int:pk>/ban/", decisions.BanView.as_view(), name="ban"),
]
