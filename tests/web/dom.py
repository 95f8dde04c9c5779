"""A page as the tests look at it: its elements, its text, what refers to what."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Element:
    """One element with its attributes."""

    tag: str
    attrs: dict[str, str]

    def get(self, name: str) -> str | None:
        """The value of an attribute."""
        return self.attrs.get(name)


@dataclass
class Page(HTMLParser):
    """A parsed page; fails on tags that do not close as they opened."""

    html: str
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>: {names}"
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        opened = self._open.pop()
        assert opened == tag, f"<{opened}> closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        """Everything that can be read, in one line."""
        return " ".join(self.texts)

    def all(self, tag: str) -> list[Element]:
        """The elements of a tag."""
        return [one for one in self.elements if one.tag == tag]

    def ids(self) -> Counter[str]:
        """How often each id stands there."""
        return Counter(one.attrs["id"] for one in self.elements if "id" in one.attrs)

    def by_id(self, name: str) -> Element:
        """The element of an id."""
        return next(one for one in self.elements if one.get("id") == name)

    def values(self, name: str) -> list[str]:
        """The values that a form would send for a control, blank ones left out."""
        chosen = [one for one in self.all("input") if one.get("name") == name and _sends(one)]
        found = [one.get("value") or "" for one in chosen]
        return [value for value in found if value]


def _sends(one: Element) -> bool:
    return one.get("type") not in {"radio", "checkbox"} or "checked" in one.attrs
