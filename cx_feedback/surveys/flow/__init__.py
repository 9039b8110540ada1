"""The flow of a survey: conditions, pages, endings, piping and quotas."""
