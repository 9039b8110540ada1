from django.urls import path

from cx_feedback.newsletter.guides import views as guides
from cx_feedback.newsletter.issues import archive
from cx_feedback.newsletter.views import mail_link_views, preference_views, subscription_views

urlpatterns = [
    path(
        "newsletter/subscribe/",
        subscription_views.request_subscription,
        name="newsletter-subscribe",
    ),
    path(
        "newsletter/confirm/<str:token>/",
        mail_link_views.confirm_subscriptions,
        name="newsletter-confirm",
    ),
    path("newsletter/guide/", guides.request_guide, name="newsletter-guide-request"),
    path("newsletter/guide/<str:token>/", guides.download_guide, name="newsletter-guide"),
    path("newsletter/issues/<uuid:key>/", archive.show_issue, name="newsletter-issue"),
    path("newsletter/archive/<int:list_id>/", archive.list_issues, name="newsletter-archive"),
    path("newsletter/archive/<int:list_id>/rss/", archive.IssuesFeed(), name="newsletter-feed"),
    path(
        "newsletter/unsubscribe/<str:token>/",
        mail_link_views.end_subscription,
        name="newsletter-unsubscribe",
    ),
    path(
        "newsletter/preferences/",
        preference_views.request_preferences_link,
        name="newsletter-preferences-request",
    ),
    path(
        "newsletter/preferences/<str:token>/",
        preference_views.edit_preferences,
        name="newsletter-preferences",
    ),
]
