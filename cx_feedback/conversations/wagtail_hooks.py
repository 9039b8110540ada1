from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.conversations.promise.viewsets import CalendarViewSet, PromiseViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [PromiseViewSet(), CalendarViewSet()]
