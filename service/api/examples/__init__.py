"""Example documents of the interface."""
