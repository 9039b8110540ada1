from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.mail.viewsets import DeliveryViewSet, RateLimitViewSet, SuppressionViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [DeliveryViewSet(), SuppressionViewSet(), RateLimitViewSet()]
