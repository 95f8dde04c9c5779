"""Inspection planning: enterprises are scored and classed, then drawn, visited and counted.

``records`` → ``indicators`` → ``score`` → ``classify`` → ``tiers`` → ``plan`` → ``draw`` → ``teams``.
Everything is pure: tables, the scheme, the day and the seed are arguments.
"""

from kernel.messages import register

register("supervision")
