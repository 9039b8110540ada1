from django.urls import path

from cx_feedback.core.http.deferred_urls import deferred_view

app_name = "cx_comments"

urlpatterns = [
    path("", deferred_view("cx_feedback.comments.moderation.queue_views.QueueView"), name="queue"),
    path(
        "results/",
        deferred_view("cx_feedback.comments.moderation.queue_views.QueueView", results_only=True),
        name="queue_results",
    ),
    path(
        "news/",
        deferred_view("cx_feedback.comments.moderation.news_views.QueueNewsView"),
        name="news",
    ),
    path(
        "rows/",
        deferred_view("cx_feedback.comments.moderation.news_views.QueueRowsView"),
        name="rows",
    ),
    path(
        "decide/",
        deferred_view("cx_feedback.comments.moderation.decision_views.DecisionView"),
        name="decide",
    ),
    path(
        "undo/<uuid:batch>/",
        deferred_view("cx_feedback.comments.moderation.decision_views.UndoView"),
        name="undo",
    ),
    path("log/", deferred_view("cx_feedback.comments.moderation.log_views.LogView"), name="log"),
    path(
        "log/results/",
        deferred_view("cx_feedback.comments.moderation.log_views.LogView", results_only=True),
        name="log_results",
    ),
    path(
        "bans/", deferred_view("cx_feedback.comments.moderation.ban_views.BanListView"), name="bans"
    ),
    path(
        "bans/results/",
        deferred_view("cx_feedback.comments.moderation.ban_views.BanListView", results_only=True),
        name="bans_results",
    ),
    path(
        "bans/<int:pk>/lift/",
        deferred_view("cx_feedback.comments.moderation.ban_views.LiftBanView"),
        name="lift_ban",
    ),
    path(
        "performance/",
        deferred_view("cx_feedback.comments.moderation.performance_views.PerformanceView"),
        name="performance",
    ),
    path(
        "transparency/",
        deferred_view("cx_feedback.comments.moderation.transparency_views.TransparencyView"),
        name="transparency",
    ),
    path(
        "spam/", deferred_view("cx_feedback.comments.moderation.spam_views.SpamView"), name="spam"
    ),
    path(
        "imports/",
        deferred_view("cx_feedback.comments.moderation.import_views.ImportsView"),
        name="imports",
    ),
    path(
        "thread/<int:page_id>/",
        deferred_view("cx_feedback.comments.moderation.comment_views.ThreadClosingView"),
        name="thread_closing",
    ),
    path(
        "<int:pk>/notes/",
        deferred_view("cx_feedback.comments.moderation.note_views.NotesView"),
        name="notes",
    ),
    path(
        "<int:pk>/objection/",
        deferred_view("cx_feedback.comments.moderation.objection_views.ObjectionView"),
        name="objection",
    ),
    path(
        "<int:pk>/",
        deferred_view("cx_feedback.comments.moderation.comment_views.CommentView"),
        name="comment",
    ),
    path(
        "<int:pk>/reject/",
        deferred_view("cx_feedback.comments.moderation.decision_views.RejectView"),
        name="reject",
    ),
    path(
        "<int:pk>/refuse-edit/",
        deferred_view("cx_feedback.comments.moderation.decision_views.RefuseEditView"),
        name="refuse_edit",
    ),
    path(
        "<int:pk>/reply/",
        deferred_view("cx_feedback.comments.moderation.decision_views.ReplyView"),
        name="reply",
    ),
    path(
        "<int:pk>/edit/",
        deferred_view("cx_feedback.comments.moderation.comment_views.EditView"),
        name="edit",
    ),
    path(
        "<int:pk>/delete/",
        deferred_view("cx_feedback.comments.moderation.comment_views.DeleteView"),
        name="delete",
    ),
    path(
        "<int:pk>/question/",
        deferred_view("cx_feedback.comments.moderation.question_view.QuestionView"),
        name="question",
    ),
    path(
        "<int:pk>/ban/",
        deferred_view("cx_feedback.comments.moderation.ban_views.BanView"),
        name="ban",
    ),
]
