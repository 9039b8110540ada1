from django.urls import path

from cx_feedback.newsletter import archive, preference_views, views
from cx_feedback.newsletter.guides import views as guides

urlpatterns = [
    path("newsletter/subscribe/", views.subscribe, name="newsletter-subscribe"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="newsletter-confirm"),
    path("newsletter/guide/", guides.ask, name="newsletter-guide-ask"),
    path("newsletter/guide/<str:token>/", guides.download, name="newsletter-guide"),
    path("newsletter/issues/<uuid:key>/", archive.issue, name="newsletter-issue"),
    path("newsletter/archive/<int:list_id>/", archive.archive, name="newsletter-archive"),
    path("newsletter/archive/<int:list_id>/rss/", archive.IssuesFeed(), name="newsletter-feed"),
    path("newsletter/unsubscribe/<str:token>/", views.unsubscribe, name="newsletter-unsubscribe"),
    path(
        "newsletter/preferences/",
        preference_views.ask_for_link,
        name="newsletter-preferences-ask",
    ),
    path(
        "newsletter/preferences/<str:token>/",
        preference_views.preferences,
        name="newsletter-preferences",
    ),
]
