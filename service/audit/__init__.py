"""The audit trail: typed events, chained by digests, written in the transaction of the act."""
