from __future__ import annotations

import asyncio
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.errors import OverloadedError
from headway.serving.worker import Worker


def test_work_is_done_in_the_order_of_arrival() -> None:
    done: list[int] = []

    async def ask() -> list[int]:
        worker = Worker(100, 10.0)

        def work(number: int) -> int:
            done.append(number)
            return number

        answers = await asyncio.gather(*(worker.run(1, lambda n=n: work(n)) for n in range(50)))  # type: ignore[misc]
        worker.close()
        return answers

    assert asyncio.run(ask()) == done == list(range(50))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 8), max_size=20))
def test_the_queue_is_never_longer_than_allowed_and_is_empty_in_the_end(sizes: list[int]) -> None:
    async def ask() -> tuple[int, int, int]:
        worker = Worker(10, 10.0)
        seen: list[int] = []
        work = [worker.run(size, lambda: seen.append(worker.rows)) for size in sizes]
        answers = await asyncio.gather(*work, return_exceptions=True)
        refused = sum(isinstance(answer, OverloadedError) for answer in answers)
        end = time.monotonic() + 5
        while worker.rows and time.monotonic() < end:
            await asyncio.sleep(0.001)
        worker.close()
        return max(seen, default=0), len(seen) + refused, worker.rows

    most, answered, left = asyncio.run(ask())
    assert most <= 10
    assert answered == len(sizes)
    assert left == 0


def test_an_error_of_the_work_reaches_the_caller_and_frees_the_queue() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def ask() -> None:
        worker = Worker(1, 10.0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await worker.run(1, fail)
            await asyncio.sleep(0.01)
        worker.close()

    asyncio.run(ask())


def test_what_waited_too_long_is_never_begun() -> None:
    begun = threading.Event()
    release = threading.Event()

    async def ask() -> None:
        worker = Worker(10, 0.1)
        first = asyncio.create_task(worker.run(1, lambda: release.wait(10)))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError, match=r"within 0\.1 seconds"):
            await worker.run(1, begun.set)
        with pytest.raises(OverloadedError):
            await first
        release.set()
        assert await worker.run(1, lambda: 7) == 7
        worker.close()
        with pytest.raises(OverloadedError, match="stopping"):
            await worker.run(1, lambda: 7)
        assert worker.rows == 0

    asyncio.run(ask())
    assert not begun.is_set()
