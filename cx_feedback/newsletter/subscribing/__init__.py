"""From a request to a subscription."""
