"""Schemes as data: one YAML file each."""
