"""Every example of the README and of the pages under docs/ is run."""
