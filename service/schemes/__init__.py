"""Scoring schemes kept by the service: draft, effect, review by a second person, publication."""

from kernel.messages import register

register("service.schemes")
