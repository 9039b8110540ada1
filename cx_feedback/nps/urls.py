from django.urls import path

from cx_feedback.nps import views

urlpatterns = [
    path("nps/<int:pk>/", views.answer, name="nps-answer"),
    path("nps/<int:pk>/ask/", views.ask, name="nps-ask"),
    path("nps/<int:pk>/next/", views.next_page, name="nps-next"),
]
