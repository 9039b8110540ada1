from django.urls import path

from cx_feedback.conversations.api import views

urlpatterns = [
    path("conversations/", views.ConversationsView.as_view(), name="api-conversations"),
]
