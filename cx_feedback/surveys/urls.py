from django.urls import path

from cx_feedback.surveys import views

urlpatterns = [
    path("surveys/<int:pk>/", views.answer_survey, name="survey-answer"),
    path("surveys/<int:pk>/ask/", views.show_survey, name="survey-ask"),
]
