"""Who may do what, and where: permissions, roles, actors, and the ways to prove who one is."""

from kernel.messages import register

register("service.access")
