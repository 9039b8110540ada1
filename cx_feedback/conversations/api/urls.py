from django.urls import path

from cx_feedback.conversations.api import decision_views, views

_ONE = "conversations/<int:conversation_id>/"
urlpatterns = [
    path("conversations/", views.ConversationsView.as_view(), name="api-conversations"),
    path(
        "conversations/own/<str:token>/",
        views.OwnConversationView.as_view(),
        name="api-conversation-own",
    ),
    path(_ONE, decision_views.ConversationView.as_view(), name="api-conversation"),
    *(
        path(f"{_ONE}{name}/", view.as_view(), name=f"api-conversation-{name}")
        for name, view in {
            "answers": decision_views.AnswersView,
            "notes": decision_views.NotesView,
            "assign": decision_views.AssignView,
            "snooze": decision_views.SnoozeView,
            "close": decision_views.CloseView,
            "reopen": decision_views.ReopenView,
            "tags": decision_views.TagsView,
            "merge": decision_views.MergeView,
        }.items()
    ),
]
