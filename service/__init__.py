"""Everything that touches the world: command line, interface, pages, settings, clock."""

from kernel.messages import register

register("service")
