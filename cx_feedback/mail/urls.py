from django.urls import path

from cx_feedback.mail.views import public_views

urlpatterns = [
    path("mail/go/<str:reference>/<str:token>/", public_views.track_click, name="mail-click"),
    path("mail/seen/<str:reference>.gif", public_views.track_open, name="mail-open"),
]
