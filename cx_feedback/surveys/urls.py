from django.urls import path

from cx_feedback.surveys import views
from cx_feedback.surveys.polls.views import show_poll

urlpatterns = [
    path("surveys/<int:pk>/", views.answer_survey, name="survey-answer"),
    path("surveys/<int:pk>/ask/", views.show_survey, name="survey-ask"),
    path("surveys/<int:pk>/poll/", show_poll, name="survey-poll"),
]
