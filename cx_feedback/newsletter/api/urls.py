from django.urls import path

from cx_feedback.newsletter.api import views

urlpatterns = [path("subscriptions/", views.SubscriptionsView.as_view(), name="api-subscriptions")]
