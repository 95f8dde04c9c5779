"""Errors with a code and parameters; the words are looked up by code in :mod:`kernel.messages`.

An error says what is wrong (``code``), with which values (``params``) and where (``pointer``).
One function, :func:`problem_document`, turns any of them into the RFC 9457 document that the
command line and the interface share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from kernel import messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN_IN_DETAIL = 3
"""A problem's own sentence names this many places; the rest stand in its ``errors``."""


def pointer(*parts: str | int) -> str:
    """Join names and positions into a JSON pointer (RFC 6901); no parts is the whole document.

    >>> pointer("facts", "a/b", 0)
    '/facts/a~1b/0'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong at one place of a document.

    ``pointer`` is a JSON pointer ("" is the whole document); ``params`` fill the message, and
    ``about`` among them names the field in front of a sentence that does not.
    """

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def detail(self) -> str:
        """Chinese sentence: what is wrong and what to do."""
        sentence = messages.text(self.code, self.params)
        return f"{self.params['about']}：{sentence}" if "about" in self.params else sentence

    def as_dict(self) -> dict[str, str]:
        """Return the member of a problem document's ``errors``."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}

    def under(self, prefix: str) -> FieldError:
        """Return the same error seen from a document that holds this one at ``prefix``."""
        return FieldError(prefix + self.pointer, self.code, self.params)


class XinhengError(Exception):
    """Root of every error of ours; subclasses set ``code``, and the two statuses if they differ.

    ``status`` is the HTTP status, ``exit_code`` that of a command. Keyword arguments become
    ``params`` and fill the message found under ``code``.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 70
    params: dict[str, object]

    def __init__(self, **params: object) -> None:
        """Keep the parameters; no words are looked up until somebody reads them."""
        super().__init__()
        self.params = params

    @property
    def title(self) -> str:
        """Chinese title of this kind of problem."""
        return messages.title(self.code)

    @property
    def detail(self) -> str:
        """Chinese sentence: where, and what to do."""
        return messages.text(self.code, self.params)

    @property
    def field_errors(self) -> tuple[FieldError, ...]:
        """Return the places concerned; empty when the problem has no place."""
        return ()

    def __str__(self) -> str:
        """English line for logs: the code and its parameters."""
        shown = " ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} {shown}".strip()

    def _take_code(self, code: str | None) -> None:
        # The code belongs to the class; an error built with a narrower one carries it itself.
        if code is not None:
            vars(self)["code"] = code


class InputError(XinhengError):
    """The data given to us is wrong, in one or more places.

    All faults that could be found are reported together, so that they can be mended in one go.
    """

    code: ClassVar[str] = "bad_input"
    status: ClassVar[int] = 422
    exit_code: ClassVar[int] = 3
    errors: tuple[FieldError, ...]

    def __init__(
        self,
        errors: FieldError | Iterable[FieldError] = (),
        code: str | None = None,
        **params: object,
    ) -> None:
        """Take one error or several; ``code`` replaces ``bad_input``."""
        super().__init__(**params)
        self.errors = (errors,) if isinstance(errors, FieldError) else tuple(errors)
        self._take_code(code)

    @classmethod
    def at(cls, place: str, code: str, **params: object) -> Self:
        """Build the error of a single place; the whole error carries the same code."""
        return cls(FieldError(place, code, params), code, **params)

    @property
    def field_errors(self) -> tuple[FieldError, ...]:
        """Return every place that is wrong, in document order."""
        return self.errors

    @property
    def detail(self) -> str:
        """Chinese sentence naming the first places and what to mend there."""
        if not self.errors:
            return messages.text(self.code, self.params)
        shown = "；".join(_place(error) for error in self.errors[:_SHOWN_IN_DETAIL])
        if len(self.errors) == 1:
            return shown
        return messages.text("bad_input", {"count": len(self.errors), "shown": shown})

    def __str__(self) -> str:
        """English line for logs: the code, then each place with its own code."""
        places = "; ".join(f"{error.code} at {error.pointer!r}" for error in self.errors)
        return f"{self.code}: {places}" if places else super().__str__()


class RefusedError(XinhengError):
    """The act is not allowed: no permission, or the record is in a state that forbids it."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 403
    exit_code: ClassVar[int] = 4


class CatalogueError(XinhengError):
    """A file of ours that holds law or parameters is wrong; names the file and the key."""

    code: ClassVar[str] = "catalogue_error"
    status: ClassVar[int] = 422
    exit_code: ClassVar[int] = 3
    file: str
    key: str

    def __init__(self, file: str = "", key: str = "", code: str | None = None, **params: object) -> None:
        """Name the file, the key in it (dotted path, "" for the file itself) and what is wrong."""
        super().__init__(**params)
        self.file = file
        self.key = key
        self._take_code(code)

    @property
    def field_errors(self) -> tuple[FieldError, ...]:
        """Return the one place: the key as a pointer into the file."""
        place = pointer(*self.key.split(".")) if self.key else ""
        return (FieldError(place, self.code, self.params),)

    @property
    def detail(self) -> str:
        """Chinese sentence that starts with file and key."""
        where = f"{self.file}：{self.key}" if self.key else self.file
        return f"{where}：{messages.text(self.code, self.params)}"

    def __str__(self) -> str:
        """English line for logs, with file and key."""
        return f"{self.file}: {self.key or '(file)'}: {super().__str__()}"


class CodedValueError(ValueError):
    """A single value is wrong, and whoever calls knows where it stood.

    ``code`` and ``params`` are those of a message; :meth:`at` adds the place.
    """

    code: str
    params: dict[str, object]

    def __init__(self, code: str = "bad_value", **params: object) -> None:
        """Keep the code and the parameters of the message."""
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def detail(self) -> str:
        """Chinese sentence: what is wrong and what to do."""
        return messages.text(self.code, self.params)

    def at(self, place: str) -> FieldError:
        """Return the same fault as a field error at the JSON pointer ``place``."""
        return FieldError(place, self.code, self.params)

    def __str__(self) -> str:
        """English line for logs: the code and its parameters."""
        shown = " ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} {shown}".strip()


def _place(error: FieldError) -> str:
    return f"{error.pointer}：{error.detail}" if error.pointer else error.detail


def problem_document(error: XinhengError) -> dict[str, object]:
    """Return the RFC 9457 document of an error, with exactly the six members we publish."""
    return {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "detail": error.detail,
        "status": error.status,
        "code": error.code,
        "errors": [item.as_dict() for item in error.field_errors],
    }
