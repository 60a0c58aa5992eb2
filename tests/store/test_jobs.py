from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from headway.errors import UsageError
from headway.store import Store
from headway.store.jobs import add_job, claim_job, finish_job, get_job, list_jobs, release_job, renew_job

SOON = "9999"


def test_of_many_workers_one_gets_a_job(store: Store) -> None:
    jobs = [add_job(store, ["clean"], "Ann").id for _ in range(3)]
    with ThreadPoolExecutor(8) as pool:
        claimed = [job for job in pool.map(lambda _: claim_job(store, SOON), range(8)) if job]
    assert sorted(job.id for job in claimed) == jobs
    assert {job.attempts for job in claimed} == {1}


def test_a_job_whose_worker_is_silent_is_taken_over(store: Store) -> None:
    job = add_job(store, ["clean"], "Ann")
    assert claim_job(store, SOON) is not None
    assert claim_job(store, SOON) is None
    assert renew_job(store, job.id, "2020", 123) is False
    again = claim_job(store, SOON)
    assert again is not None
    assert (again.attempts, again.process) == (2, 123)
    release_job(store, job.id)
    assert claim_job(store, SOON) is not None
    finish_job(store, job.id, "done", {"number": 1})
    assert claim_job(store, SOON) is None
    assert get_job(store, job.id).result == {"number": 1}


def test_an_id_may_be_cut_short_where_it_is_clear(store: Store) -> None:
    jobs = [add_job(store, ["clean"], "Ann") for _ in range(2)]
    assert get_job(store, jobs[0].id) == jobs[0]
    assert [job.id for job in list_jobs(store, 1)] == [jobs[1].id]
    with pytest.raises(UsageError, match="Several jobs"):
        get_job(store, jobs[0].id[:3])
    with pytest.raises(UsageError, match="No job"):
        get_job(store, "%")


def test_jobs_are_listed_without_their_results_where_these_are_not_wanted(store: Store) -> None:
    job = add_job(store, ["compare"], "Ann")
    finish_job(store, job.id, "done", {"rows": [1]})
    assert list_jobs(store)[0].result == {"rows": [1]}
    (listed,) = list_jobs(store, results=False)
    assert (listed.id, listed.author, listed.state, listed.result) == (job.id, "Ann", "done", None)
