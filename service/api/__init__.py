"""The interface under ``/api/v1``, its description, and what operators watch."""
