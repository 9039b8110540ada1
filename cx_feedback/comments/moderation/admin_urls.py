from django.urls import path

from cx_feedback.comments.moderation import (
    ban_views,
    comment_detail,
    decision_log,
    decision_views,
    import_report,
    performance_report,
    queue,
)

app_name = "cx_comments"

urlpatterns = [
    path("", queue.QueueView.as_view(), name="queue"),
    path("results/", queue.QueueView.as_view(results_only=True), name="queue_results"),
    path("counts/", queue.CountsView.as_view(), name="counts"),
    path("decide/", decision_views.DecideView.as_view(), name="decide"),
    path("undo/<uuid:batch>/", decision_views.UndoView.as_view(), name="undo"),
    path("log/", decision_log.LogView.as_view(), name="log"),
    path("log/results/", decision_log.LogView.as_view(results_only=True), name="log_results"),
    path("bans/", ban_views.BansView.as_view(), name="bans"),
    path("bans/results/", ban_views.BansView.as_view(results_only=True), name="bans_results"),
    path("bans/<int:pk>/lift/", ban_views.LiftView.as_view(), name="lift"),
    path("work/", performance_report.WorkView.as_view(), name="work"),
    path("imports/", import_report.ImportsView.as_view(), name="imports"),
    path(
        "thread/<int:page_id>/",
        comment_detail.ThreadView.as_view(),
        name="thread",
    ),
    path("<int:pk>/", comment_detail.CommentView.as_view(), name="comment"),
    path("<int:pk>/reject/", decision_views.RejectView.as_view(), name="reject"),
    path("<int:pk>/answer/", decision_views.AnswerView.as_view(), name="answer"),
    path("<int:pk>/ban/", decision_views.BanView.as_view(), name="ban"),
]
