"""Jobs: work that takes longer than a request, claimed by any worker process and never done twice."""

from kernel.messages import register

register("service.jobs")
