from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from headway.web import unless_left


def _request(receive: Callable[[], Coroutine[Any, Any, Message]]) -> Request:
    return Request({"type": "http", "headers": []}, receive)


async def _stays() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("never reached")


async def _leaves() -> Message:
    await asyncio.sleep(0)
    return {"type": "http.disconnect"}


def test_the_result_reaches_a_caller_who_stays() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert asyncio.run(unless_left(_request(_stays), work())) == 7


def test_an_error_reaches_a_caller_who_stays() -> None:
    async def work() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(unless_left(_request(_stays), work()))


def test_the_work_for_a_caller_who_left_is_cancelled() -> None:
    cancelled = False

    async def work() -> None:
        nonlocal cancelled
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled = True
            raise

    async def ask() -> None:
        with pytest.raises(ClientDisconnect):
            await unless_left(_request(_leaves), work())
        await asyncio.sleep(0)

    asyncio.run(ask())
    assert cancelled
