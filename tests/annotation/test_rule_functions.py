from __future__ import annotations

from pathlib import Path

import pytest

from headway.annotation.rule_functions import FunctionFiles, what_was_raised


def test_a_file_is_run_once_however_many_functions_are_taken_from_it(tmp_path: Path) -> None:
    count = "from pathlib import Path\nhere = Path(__file__).parent / 'runs'\n"
    count += "here.write_text((here.read_text() if here.exists() else '') + 'x')\n"
    (tmp_path / "规则.py").write_text(f"{count}def one(t): return 1\ndef two(t): return '退款'\n", "utf-8")
    files = FunctionFiles(tmp_path)
    assert files.function("规则.py:one")("") == 1
    assert files.function("规则.py:two")("") == "退款"
    assert (tmp_path / "runs").read_text() == "x"


@pytest.mark.parametrize(
    ("reference", "content", "reason"),
    [
        ("rules.py", "", "not written as file.py:name"),
        ("rules:refund", "", "not written as file.py:name"),
        ("rules.py:two words", "", "not written as file.py:name"),
        ("other.py:refund", "", "there is no file .*other.py"),
        ("rules.py:refnd", "def refund(text): pass", "no 'refnd' in rules.py, did you mean 'refund'"),
        ("rules.py:refund", "refund = '退款'", "'refund' in rules.py is no function"),
        ("rules.py:refund", "x = 1\n1 / 0", r"rules.py raised ZeroDivisionError: .* \(rules.py, line 2\)"),
        ("rules.py:refund", "def refund(:", r"rules.py raised SyntaxError: .* \(line 1\)"),
        ("rules.py:refund", "import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("rules.py:refund", "raise SystemExit(3)", "raised SystemExit: 3"),
    ],
)
def test_what_is_no_function_is_refused(tmp_path: Path, reference: str, content: str, reason: str) -> None:
    (tmp_path / "rules.py").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=reason):
        FunctionFiles(tmp_path).function(reference)


def test_an_error_is_told_with_its_place() -> None:
    known: dict[str, str] = {}
    with pytest.raises(KeyError) as raised:
        known["退款"]
    assert what_was_raised(raised.value).startswith("KeyError: '退款' (test_rule_functions.py, line ")
    assert what_was_raised(ValueError("never raised")) == "ValueError: never raised"
