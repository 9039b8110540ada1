"""The pages of a survey's results: overview, cross-tab, two periods, texts, pages, exports."""
