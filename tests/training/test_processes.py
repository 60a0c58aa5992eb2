from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from headway.models import BaseModel
from headway.training.full import Full, FullSettings
from headway.training.processes import World, join_world
from tests.training.tuning import context, held_out, train_rows

SCRIPT = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from headway.models import resolve_base
    from tests.training.tuning import context, held_out, train_rows
    from headway.training.full import Full, FullSettings
    folder, scratch = map(Path, sys.argv[1:])
    settings = FullSettings(
        epochs=1, batch_size=16, dropout=0.0, learning_rate=1e-3, checkpoint_steps=3, bf16="no"
    )
    given = context(
        resolve_base(str(folder), "zh", scratch),
        scratch / os.environ["RANK"],
        checkpoints=scratch / "checkpoints",
    )
    fitted = Full(settings, given).fit(*train_rows(), held_out())
    print(fitted.history[-1]["step"], flush=True)
    """
)


def test_one_process_is_a_world_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    world = join_world()
    assert (world.rank, world.size, world.is_first) == (0, 1, True)
    tensor = torch.ones(3)
    world.sum([tensor])
    assert tensor.tolist() == [1, 1, 1]


def test_every_row_is_computed_by_one_process() -> None:
    rows = list(range(11))
    shares = [World(rank, 3).share(rows) for rank in range(3)]
    assert sorted(row for share in shares for row in share) == rows


def test_two_processes_train_what_one_trains(base: BaseModel, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HEADWAY_THREADS": "1"}
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node=2",
    ]
    done = subprocess.run(
        [*command, str(script), str(base.folder), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=200,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    settings = FullSettings(epochs=1, batch_size=16, dropout=0.0, learning_rate=1e-3, bf16="no")
    alone = Full(settings, context(base, tmp_path / "alone")).fit(*train_rows(), held_out())
    expected = load_file(alone.base.folder / "model.safetensors")
    for rank in ("0", "1"):
        found = load_file(tmp_path / rank / "tuned-full" / "model.safetensors")
        for name, tensor in expected.items():
            torch.testing.assert_close(found[name], tensor, atol=5e-4, rtol=1e-2, msg=f"{rank} {name}")
    assert list((tmp_path / "checkpoints").glob("step-*"))
