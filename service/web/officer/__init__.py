"""The officer's desk: his cases, one case, batches of cases looked at again."""
