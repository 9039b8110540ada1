"""The results pages of a survey: overview, cross-tab, periods, texts, pages, exports."""
