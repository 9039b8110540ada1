"""Views for readers, and the admin views of subscriptions."""
