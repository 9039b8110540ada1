from django.urls import path

from cx_feedback.conversations.letters import views as letters
from cx_feedback.conversations.reader_pages import views as reader_pages

urlpatterns = [
    path("conversations/letter/", letters.post_letter, name="conversations-letter"),
    path("conversations/prove/<str:token>/", reader_pages.prove_address, name="conversation-proof"),
    path("conversations/<str:token>/", reader_pages.show_conversation, name="conversation"),
]
