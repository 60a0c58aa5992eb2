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
    import os, shutil, sys
    from pathlib import Path
    from torch import distributed
    from headway.models import resolve_base
    from tests.training.tuning import context, held_out, train_rows
    from headway.training.full import Full, FullSettings
    folder, scratch = map(Path, sys.argv[1:])
    base, rank, kept = resolve_base(str(folder), "zh", scratch), os.environ["RANK"], scratch / "checkpoints"

    def fit(name, dropout, **given):
        settings = FullSettings(
            epochs=1, batch_size=16, dropout=dropout, learning_rate=1e-3, checkpoint_steps=3, bf16="no"
        )
        return Full(settings, context(base, scratch / name / rank, **given)).fit(*train_rows(), held_out())

    fit("plain", 0.0)
    whole = fit("whole", 0.1, checkpoints=kept)
    distributed.barrier()
    if rank == "0":
        shutil.rmtree(max(kept.glob("step-*")))
    distributed.barrier()
    resumed = fit("resumed", 0.1, checkpoints=kept, resume=True)
    assert resumed.history == whole.history
    assert resumed.base.sha256 == whole.base.sha256
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


def test_two_processes_train_what_one_trains_and_resume_exactly(base: BaseModel, tmp_path: Path) -> None:
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
        found = load_file(tmp_path / "plain" / rank / "tuned-full" / "model.safetensors")
        for name, tensor in expected.items():
            torch.testing.assert_close(found[name], tensor, atol=5e-4, rtol=1e-2, msg=f"{rank} {name}")
    whole, resumed = (
        load_file(tmp_path / name / "0" / "tuned-full" / "model.safetensors") for name in ("whole", "resumed")
    )
    other = load_file(tmp_path / "whole" / "1" / "tuned-full" / "model.safetensors")
    for name, tensor in whole.items():
        assert torch.equal(tensor, resumed[name]), name
        assert torch.equal(tensor, other[name]), name
    assert any(not torch.equal(tensor, expected[name]) for name, tensor in whole.items())
