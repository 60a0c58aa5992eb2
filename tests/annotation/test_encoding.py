from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from headway.annotation.encoding import open_prepared, prepare, prepared_encoder
from headway.annotation.filling import fill_queue
from headway.errors import DataError
from headway.store import Store
from headway.store.tasks import add_task
from tests.annotated import TASK, import_texts
from tests.projects import tiny_base

TEXTS = ["我要退款", "where is my order", "谢谢"]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_base(tmp_path_factory.getbasetemp()))


def test_the_encoder_is_made_once_and_opened_again(store: Store, base: str) -> None:
    import_texts(store, TEXTS)
    fill_queue(store, TASK)
    assert prepared_encoder(store, TASK) is None
    assert open_prepared(store, TASK) is None
    said = []
    found = prepare(store, TASK, base, "fp32", progress=lambda stage, *_: said.append(stage))
    assert found == {"task": TASK, "base": "tiny", "texts": 3}
    assert said == ["Making the encoder", "Computing vectors"]
    (folder,) = (store.folder / "cache" / "encoders").iterdir()
    assert prepared_encoder(store, TASK) == folder.name
    embedder = open_prepared(store, TASK)
    assert embedder is not None
    np.testing.assert_allclose(np.linalg.norm(embedder.embed(TEXTS), axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("task", ["../../elsewhere", "长" * 300, "a/b"])
def test_the_name_of_a_task_is_no_path(store: Store, task: str) -> None:
    add_task(store, task, "text-classification")
    outside = store.project / "elsewhere.json"
    outside.write_text('{"encoder": "x"}', "utf-8")
    (store.folder / "cache" / "learners").mkdir(parents=True)
    (store.folder / "cache" / "encoders" / "x").mkdir(parents=True)
    assert open_prepared(store, task) is None


def test_opening_it_loads_no_torch(store: Store, base: str) -> None:
    import_texts(store, TEXTS)
    fill_queue(store, TASK)
    prepare(store, TASK, base, "fp32")
    code = (
        "import sys; from pathlib import Path; from headway.store import Store; "
        "from headway.annotation.assistant import Assistant; "
        "from headway.annotation.encoding import open_prepared; "
        f"assert open_prepared(Store.open(Path({str(store.project)!r})), {TASK!r}); "
        "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_empty_queue_has_nothing_to_prepare(store: Store, base: str) -> None:
    import_texts(store, TEXTS)
    with pytest.raises(DataError, match="is empty"):
        prepare(store, TASK, base)


def test_a_cache_that_was_cleared_is_as_if_nothing_was_prepared(store: Store, base: str) -> None:
    import_texts(store, TEXTS)
    fill_queue(store, TASK)
    prepare(store, TASK, base, "fp32")
    for folder in Path(store.folder, "cache", "encoders").iterdir():
        folder.rename(folder.with_name("elsewhere"))
    assert open_prepared(store, TASK) is None
