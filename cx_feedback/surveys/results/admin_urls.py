from django.urls import path

from cx_feedback.surveys.results.page_results import PageResultsView

app_name = "cx_surveys"
urlpatterns = [path("page/<int:pk>/", PageResultsView.as_view(), name="page")]
