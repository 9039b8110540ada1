from django.urls import path

from cx_feedback.newsletter.api import views

urlpatterns = [
    path("guides/", views.GuidesView.as_view(), name="api-guides"),
    path("subscriptions/", views.SubscriptionsView.as_view(), name="api-subscriptions"),
]
