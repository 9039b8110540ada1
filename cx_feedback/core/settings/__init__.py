"""The keys of ``CX_FEEDBACK``: their list, defaults and checks. ``core.conf`` reads them."""
