from django.urls import path

from cx_feedback.nps import views

urlpatterns = [
    path("nps/<int:pk>/", views.submit_answer, name="nps-answer"),
    path("nps/<int:pk>/ask/", views.show_question, name="nps-ask"),
    path("nps/<int:pk>/next/", views.redirect_to_next_page, name="nps-next"),
]
