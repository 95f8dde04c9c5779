"""Errors of the service itself: wrong usage of a command, and requests that HTTP refuses."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import RefusedError, XinhengError


class UsageError(XinhengError):
    """A command was called in a wrong way, or a file named on the command line is not there."""

    code: ClassVar[str] = "usage"
    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 2

    def __init__(self, code: str = "usage", **params: object) -> None:
        """``code`` names the message; the default says ``why`` and points to the ``command``."""
        super().__init__(**params)
        self._take_code(code)


class StateError(RefusedError):
    """The act is not possible in the present state of things; the message says which."""

    status: ClassVar[int] = 409

    def __init__(self, code: str, **params: object) -> None:
        """``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)


class HttpError(XinhengError):
    """A request that never reaches our data: unknown address, wrong method, wrong type, too large."""

    exit_code: ClassVar[int] = 3

    def __init__(self, status: int, code: str, **params: object) -> None:
        """``status`` is the HTTP status, ``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)
        vars(self)["status"] = status
