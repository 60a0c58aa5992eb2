"""What holds for the whole of the source: who imports whom, what stays light, and how large things are."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from headway.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "headway"
MODULES = sorted(path for path in SOURCE.rglob("*.py"))
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))

LONGEST_MODULE = 400
#: modules up to this many lines are tested through those that use them
NEEDS_TEST = 40

#: what can run code that a file holds
UNSAFE_MODULES = {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "torch.load", "joblib.load", "numpy.load", "np.load"}


def test_rooms_import_only_what_stands_below_them() -> None:
    # In a process of its own: it configures logging for all, and so would silence our loggers here.
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def loaded_after(code: str, *names: str) -> set[str]:
    """Which of some packages a fresh process has loaded after some code."""
    ask = (
        f"import sys\n{code}\nprint('loaded:', *(n for n in {names!r} if n in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split()[1:])


HELP = "import headway.cli\ntry: headway.cli.main(['--help'])\nexcept SystemExit: pass"


@pytest.mark.parametrize(
    ("code", "never"),
    [
        ("import headway", ("typer", "sqlalchemy", "numpy", "fastapi", "torch", "transformers", "ray")),
        (HELP, ("sqlalchemy", "numpy", "fastapi", "pydantic_settings", "torch", "transformers", "ray")),
        (
            "import headway.inference, headway.serving",
            ("torch", "transformers", "ray", "sklearn", "scipy", "pyarrow", "onnx", "pandas"),
        ),
        ("import headway.project, headway.workflow.commands", ("torch", "transformers", "ray", "sklearn")),
        ("import headway.console.app", ("torch", "transformers", "ray", "sklearn", "vl_convert", "pandas")),
    ],
    ids=["headway", "help", "serving", "project", "console"],
)
def test_what_must_stay_light_loads_nothing_heavy(code: str, never: tuple[str, ...]) -> None:
    assert loaded_after(code, *never) == set()


def test_a_room_says_what_it_takes_and_gives_and_names_what_it_offers() -> None:
    for room in ROOMS:
        module = importlib.import_module(f"headway.{room}")
        words = (module.__doc__ or "").lower()
        assert ("takes " in words and "give" in words) or "joins " in words, room
        assert isinstance(module.__all__, list), room
        assert all(hasattr(module, name) for name in module.__all__), room


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_line_of_the_table_is_the_docstring_of_the_command(name: str) -> None:
    module, attribute, line = COMMANDS[name]
    target = getattr(importlib.import_module(module), attribute)
    if isinstance(target, typer.Typer):
        assert target.registered_commands
        assert all(command.callback and command.callback.__doc__ for command in target.registered_commands)
    else:
        assert (target.__doc__ or "").splitlines()[0] == line
    assert line.endswith(".")


def test_nothing_that_is_read_from_a_file_can_run_code() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if is_unsafe(node)
    ]
    assert found == []


def is_unsafe(node: ast.AST) -> bool:
    """Whether a piece of source imports or calls something that can run code from a file."""
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in UNSAFE_MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in UNSAFE_MODULES
    return isinstance(node, ast.Call) and ast.unparse(node.func) in UNSAFE_CALLS


@pytest.mark.parametrize("line", ["import pickle", "from joblib import load", "torch.load(x)", "eval(x)"])
def test_what_can_run_code_is_recognised(line: str) -> None:
    assert any(is_unsafe(node) for node in ast.walk(ast.parse(line)))


def test_modules_fit_into_a_head() -> None:
    too_long = {
        str(path.relative_to(SOURCE)): size for path in MODULES if (size := line_count(path)) > LONGEST_MODULE
    }
    assert too_long == {}


def line_count(path: Path) -> int:
    """How many lines a module has."""
    return len(path.read_text("utf-8").splitlines())


#: modules that are tested under another name, and where
TESTED_ELSEWHERE = {
    "access/commands.py": "test_cli*.py",
    "datasets/commands.py": "test_cli*.py",
    "serving/commands.py": "test_cli*.py",
    "sources/commands.py": "test_cli*.py",
    "training/commands.py": "test_cli*.py",
    "workflow/commands.py": "test_cli*.py",
    "workflow/models_commands.py": "test_cli*.py",
    "workflow/project_commands.py": "test_cli*.py",
    "store/migrations/versions/m0001_first_tables.py": "store/test_schema.py",
    "store/migrations/versions/m0002_data_care.py": "store/test_schema.py",
    "store/migrations/versions/m0003_people.py": "store/test_schema.py",
    "store/migrations/versions/m0004_labelling.py": "store/test_schema.py",
    "store/migrations/versions/m0005_jobs.py": "store/test_schema.py",
    "jobs/files.py": "jobs/test_worker.py",
    "jobs/child.py": "jobs/test_worker.py",
    "annotation/effort_words.py": "annotation/test_effort.py",
    "store/dump.py": "annotation/test_dump.py",
    "annotation/background.py": "annotation/test_assistant.py",
    "annotation/pages.py": "console/test_annotation_routes.py",
    "annotation/routes.py": "console/test_annotation_routes.py",
    "annotation/schemas.py": "console/test_annotation_routes.py",
    "annotation/words.py": "console/test_words.py",
    "console/data_words.py": "console/test_words.py",
    "console/model_words.py": "console/test_words.py",
    "console/service_words.py": "console/test_words.py",
}


def test_every_module_of_some_size_has_a_test_of_its_name() -> None:
    missing = []
    for path in MODULES:
        name = str(path.relative_to(SOURCE))
        if line_count(path) <= NEEDS_TEST or path.name == "__init__.py":
            continue
        expected = TESTED_ELSEWHERE.get(name, f"{path.parent.relative_to(SOURCE)}/test_{path.stem}.py")
        if not any((ROOT / "tests").glob(expected)):
            missing.append(f"{name} (tests/{expected})")
    assert missing == []


def test_the_list_of_modules_tested_elsewhere_names_modules_that_exist() -> None:
    assert [name for name in TESTED_ELSEWHERE if not (SOURCE / name).is_file()] == []


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    places = re.compile(r"/(?:home|Users|root|work)/\w|[A-Z]:\\\\Users")
    kinds = {".py", ".md", ".toml", ".txt", ".html", ".js", ".csv"}
    files = [*MODULES, *(ROOT / "docs").rglob("*"), *(p for p in ROOT.iterdir() if p.is_file())]
    found = [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix in kinds and places.search(path.read_text("utf-8"))
    ]
    assert found == []
