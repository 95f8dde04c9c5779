"""Ratios, caps, tiers and reasons as YAML."""
