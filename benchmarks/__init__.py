"""Measured beside the alternatives, in one run: make bench."""
