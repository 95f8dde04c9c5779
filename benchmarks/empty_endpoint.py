"""What the interface is held against: a FastAPI endpoint that validates a case and answers nothing."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model

from rules.load import load_catalogue

_TYPES: dict[str, Any] = {
    "bool": bool,
    "integer": int,
    "number": float,
    "money": float | str,
    "date": str,
    "enum": str,
    "text": str,
    "text_list": list[str],
}
_FACTS: dict[str, Any] = {fact.name: (_TYPES[fact.type] | None, None) for fact in load_catalogue().vocabulary}
Facts = create_model("Facts", __config__=ConfigDict(extra="forbid"), **_FACTS)


class Case(BaseModel):
    """The case document as a Pydantic model."""

    model_config = ConfigDict(extra="forbid")

    jurisdiction: str
    violation: str | None = None
    list_items: list[str] | None = None
    facts: Facts


app = FastAPI()


@app.post("/api/v1/cases/check")
def check(case: Case) -> dict[str, bool]:
    """Validate the body and do nothing."""
    return {"valid": bool(case.jurisdiction)}
