"""Data files of the kernel; where each came from is in SOURCES.md."""
