"""The way through a survey: conditions, pages, endings, earlier answers said again, quotas."""
