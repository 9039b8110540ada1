"""The measure of the others: a bare view that stores one row."""
