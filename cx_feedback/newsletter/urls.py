from django.urls import path

from cx_feedback.newsletter.guides import views as guides
from cx_feedback.newsletter.issues import archive
from cx_feedback.newsletter.views import preference_views, subscription_views

urlpatterns = [
    path("newsletter/subscribe/", subscription_views.subscribe, name="newsletter-subscribe"),
    path("newsletter/confirm/<str:token>/", subscription_views.confirm, name="newsletter-confirm"),
    path("newsletter/guide/", guides.ask, name="newsletter-guide-ask"),
    path("newsletter/guide/<str:token>/", guides.download, name="newsletter-guide"),
    path("newsletter/issues/<uuid:key>/", archive.issue, name="newsletter-issue"),
    path("newsletter/archive/<int:list_id>/", archive.archive, name="newsletter-archive"),
    path("newsletter/archive/<int:list_id>/rss/", archive.IssuesFeed(), name="newsletter-feed"),
    path(
        "newsletter/unsubscribe/<str:token>/",
        subscription_views.unsubscribe,
        name="newsletter-unsubscribe",
    ),
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
