"""The modules that declare kinds of jobs; each is imported when the first job is started or claimed."""

from typing import Final

MODULES: Final = (
    "service.cases.nightly",
    "service.classes.jobs",
    "service.draws.job",
    "service.jobs.nightly",
    "service.planning.jobs",
    "service.repairdesk.bigregisters",
    "service.repairdesk.nightly",
)
