from django.urls import path

from cx_feedback.core.http.deferred_urls import deferred_view

app_name = "cx_conversations"

urlpatterns = [
    path(
        "",
        deferred_view("cx_feedback.conversations.inbox.inbox_views.InboxView"),
        name="inbox",
    ),
    path(
        "bulk/",
        deferred_view("cx_feedback.conversations.inbox.inbox_views.BulkView"),
        name="bulk",
    ),
    path(
        "presence/",
        deferred_view("cx_feedback.conversations.inbox.presence_view.PresenceView"),
        name="presence",
    ),
    path(
        "promise-kept/",
        deferred_view("cx_feedback.conversations.promise.report_views.PromiseReportView"),
        name="promise_report",
    ),
    path(
        "did-it-help/",
        deferred_view("cx_feedback.conversations.effects.effect_view.AnswerEffectsView"),
        name="effects",
    ),
    path(
        "<int:pk>/",
        deferred_view("cx_feedback.conversations.inbox.conversation_view.ConversationView"),
        name="conversation",
    ),
]
