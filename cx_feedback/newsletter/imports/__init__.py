"""Subscribers from elsewhere, with the consent that they gave there."""
