"""Cases that are kept: saved, revised with a reason, decided, reopened, and replayed years later."""

from kernel.messages import register

register("service.cases")
