from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headway.project import Project
from headway.store import Store
from headway.store.jobs import add_job, finish_job
from tests.annotated import import_texts
from tests.console.conftest import SignIn
from tests.projects import mixed, write_csv


def test_what_a_job_made_is_linked(tmp_path: Path, store: Store, sign_in: SignIn) -> None:
    import_texts(store, ["一"])
    with Project.open(store.project) as project:
        write_csv(tmp_path / "客服.csv", mixed(40))
        project.import_files(tmp_path / "客服.csv", text="text", label="label")
        run = project.train("baseline")
    client = sign_in("lead")
    training = add_job(store, ["train"], "小波")
    finish_job(store, training.id, "done", {"run": run.id, "model": run.model})
    page = client.get(f"/jobs/{training.id}").text
    for path in (f"/runs/{run.id}", "/models/intents/1"):
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200
    freezing = add_job(store, ["dataset", "create"], "小波")
    finish_job(store, freezing.id, "done", {"hash": run.dataset})
    assert f'href="/data/datasets/{run.dataset}"' in client.get(f"/jobs/{freezing.id}").text


@pytest.mark.parametrize(
    "result", [None, {}, {"run": "0" * 20, "hash": "0" * 64}, {"run": "", "hash": None}, {"run": ["x"]}]
)
def test_what_is_not_there_is_not_linked(
    store: Store, sign_in: SignIn, result: dict[str, Any] | None
) -> None:
    job = add_job(store, ["train"], "小波")
    finish_job(store, job.id, "done", result)
    page = sign_in("lead").get(f"/jobs/{job.id}")
    assert page.status_code == 200
    assert "/runs/" not in page.text
    assert "/data/datasets/" not in page.text
