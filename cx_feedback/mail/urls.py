from django.urls import path

from cx_feedback.mail.views import tracking_views

urlpatterns = [
    path("mail/go/<str:reference>/<str:token>/", tracking_views.track_click, name="mail-click"),
    path("mail/seen/<str:reference>.gif", tracking_views.track_open, name="mail-open"),
]
