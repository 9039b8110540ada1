"""Requests and responses: origin, size, rates, parameters and errors."""
