from django.urls import path

from cx_feedback.loyalty.api import views

urlpatterns = [path("loyalty/", views.LoyaltyView.as_view(), name="api-loyalty")]
