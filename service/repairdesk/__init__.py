"""The credit desk: stored records and repairs, every move of them, registers, reminders and figures."""

from kernel.messages import register

register("service.repairdesk")
