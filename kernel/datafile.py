"""Text of the data files that travel inside a package."""

from __future__ import annotations


def read_text(resource: str, package: str = "kernel.data") -> str:
    """Return the text of a file of a package; ``resource`` may name a folder in it (``a/b.yaml``)."""
    from importlib.resources import files  # noqa: PLC0415 - start-up time

    return files(package).joinpath(*resource.split("/")).read_text("utf-8")


def names(folder: str, suffix: str, package: str = "kernel.data") -> list[str]:
    """Return the sorted names of the files of a folder that end in ``suffix``."""
    from importlib.resources import files  # noqa: PLC0415 - start-up time

    found = (entry.name for entry in files(package).joinpath(*folder.split("/")).iterdir())
    return sorted(name for name in found if name.endswith(suffix))
