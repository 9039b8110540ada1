from django.urls import path

from cx_feedback.comments.moderation import (
    ban_views,
    comment_views,
    decision_views,
    import_views,
    log_views,
    performance_views,
    queue_views,
)

app_name = "cx_comments"

urlpatterns = [
    path("", queue_views.QueueView.as_view(), name="queue"),
    path("results/", queue_views.QueueView.as_view(results_only=True), name="queue_results"),
    path("counts/", queue_views.TabCountsView.as_view(), name="counts"),
    path("decide/", decision_views.DecisionView.as_view(), name="decide"),
    path("undo/<uuid:batch>/", decision_views.UndoView.as_view(), name="undo"),
    path("log/", log_views.LogView.as_view(), name="log"),
    path("log/results/", log_views.LogView.as_view(results_only=True), name="log_results"),
    path("bans/", ban_views.BanListView.as_view(), name="bans"),
    path("bans/results/", ban_views.BanListView.as_view(results_only=True), name="bans_results"),
    path("bans/<int:pk>/lift/", ban_views.LiftBanView.as_view(), name="lift"),
    path("work/", performance_views.PerformanceView.as_view(), name="work"),
    path("imports/", import_views.ImportsView.as_view(), name="imports"),
    path(
        "thread/<int:page_id>/",
        comment_views.ThreadClosingView.as_view(),
        name="thread",
    ),
    path("<int:pk>/", comment_views.CommentView.as_view(), name="comment"),
    path("<int:pk>/reject/", decision_views.RejectView.as_view(), name="reject"),
    path("<int:pk>/answer/", decision_views.ReplyView.as_view(), name="answer"),
    path("<int:pk>/ban/", decision_views.BanView.as_view(), name="ban"),
]
