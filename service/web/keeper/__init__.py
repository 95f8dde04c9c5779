"""Pages of those who keep the system: the catalogue, users, the audit trail, jobs."""
