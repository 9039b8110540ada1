from django.urls import path

from cx_feedback.webhooks.api import delivery_views, views

_ONE = "webhooks/<int:webhook_id>/"
_EVENT = f"{_ONE}deliveries/<int:delivery_id>/"
urlpatterns = [
    path("webhooks/", views.WebhooksView.as_view(), name="api-webhooks"),
    path(_ONE, views.WebhookView.as_view(), name="api-webhook"),
    path(f"{_ONE}secrets/", views.SecretsView.as_view(), name="api-webhook-secrets"),
    path(f"{_ONE}tests/", delivery_views.TestsView.as_view(), name="api-webhook-tests"),
    path(
        f"{_ONE}deliveries/",
        delivery_views.DeliveriesView.as_view(),
        name="api-webhook-deliveries",
    ),
    path(_EVENT, delivery_views.DeliveryView.as_view(), name="api-webhook-delivery"),
    path(f"{_EVENT}resend/", delivery_views.ResendView.as_view(), name="api-webhook-resend"),
]
