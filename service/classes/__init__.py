"""Classes kept by the service: months, who moved, warnings, decisions of persons. All of it internal."""

from kernel.messages import register

register("service.classes")
