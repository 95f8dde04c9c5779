"""Queries; each takes the session (or the work) first and knows the scope of the actor."""
