"""The dashboard of a widget: its score, trend, breakdown and reasons."""
