from django.urls import path

from cx_feedback.core.http.deferred_urls import deferred_view

app_name = "cx_surveys"
urlpatterns = [
    path(
        "page/<int:pk>/",
        deferred_view("cx_feedback.surveys.results.page_results_view.PageResultsView"),
        name="page",
    )
]
