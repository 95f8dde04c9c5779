"""More requests at once than there are threads or connections: all are answered, none waits for another for ever."""

import asyncio

import httpx
from fastapi import FastAPI

from service.gate import AT_ONCE, Gate
from tests.databases import MakeClient
from tests.faults.officers import entry
from tests.service.asgi import BASE

MANY = 100


def test_a_crowd_is_answered(served: FastAPI, user_client: MakeClient) -> None:
    officer = user_client("officer")

    async def crowd() -> list[int]:
        transport = httpx.ASGITransport(served)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=officer.cookies) as client:
            sent = (client.post("/api/v1/cases", json=entry(str(n), "1"), headers=officer.headers) for n in range(MANY))
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    assert asyncio.run(asyncio.wait_for(crowd(), 25)) == [201] * MANY


def test_few_are_let_in_and_a_place_is_left_when_the_answer_begins() -> None:
    inside = most = 0
    begun = asyncio.Event()

    async def app(scope: dict[str, str], _receive: object, send: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        await send({"type": "http.response.start"})  # type: ignore[operator]
        if scope["path"] == "/long":
            await begun.wait()

    async def go() -> None:
        gate = Gate(app, AT_ONCE)  # type: ignore[arg-type]
        long = [_ask(gate, "/long") for _ in range(3 * AT_ONCE)]
        waiting = asyncio.gather(*long)
        await _ask(gate, "/short")
        begun.set()
        await waiting

    asyncio.run(asyncio.wait_for(go(), 10))
    assert most == AT_ONCE


async def _ask(gate: Gate, path: str) -> None:
    async def send(_message: object) -> None:
        await asyncio.sleep(0)

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    await gate({"type": "http", "path": path}, receive, send)
