"""What a figure was measured on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.machine import LIBRARIES, describe_machine, git_commit, read_cpu

CPUINFO = """processor\t: 0
model name\t: Some CPU @ 2.00GHz
flags\t\t: fpu sse avx2 avx512f avx512_vnni amx_int8 other

processor\t: 1
model name\t: Another
flags\t\t: fpu
"""


def test_the_first_processor_is_described(tmp_path: Path) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(CPUINFO, encoding="utf-8")
    assert read_cpu(path) == ("Some CPU @ 2.00GHz", ["avx2", "avx512f", "avx512_vnni", "amx_int8"])


def test_a_system_without_cpuinfo_is_described_all_the_same(tmp_path: Path) -> None:
    machine = describe_machine(tmp_path / "absent")
    assert machine["flags"] == []
    assert machine["cores"] >= 1
    json.dumps(machine)


def test_versions_name_every_library() -> None:
    versions = describe_machine()["versions"]
    assert set(versions) == {"headway", *LIBRARIES}
    assert versions["headway"]
    assert versions["numpy"].count(".") >= 1


def test_commit_says_whether_files_differ(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], [*author, "commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    commit = git_commit(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    (tmp_path / "new").touch()
    assert git_commit(tmp_path) == f"{commit}+changes"
