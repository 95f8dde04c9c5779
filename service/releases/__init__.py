"""The city's own part of the catalogue: draft, check, review by a second person, publication."""

from kernel.messages import register

register("service.releases")
