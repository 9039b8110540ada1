from django.urls import path

from cx_feedback.surveys import views

urlpatterns = [
    path("surveys/<int:pk>/", views.answer, name="survey-answer"),
    path("surveys/<int:pk>/ask/", views.ask, name="survey-ask"),
]
