from django.urls import path

from cx_feedback.newsletter import views

urlpatterns = [
    path("newsletter/subscribe/", views.subscribe, name="newsletter-subscribe"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="newsletter-confirm"),
    path("newsletter/unsubscribe/<str:token>/", views.unsubscribe, name="newsletter-unsubscribe"),
]
