"""Plans that are kept: libraries, yearly plans, tasks, results, the ledger of visits, figures."""

from kernel.messages import register

register("service.planning")
