"""The documentation says what is there: commands, options, routes, settings, modules, and code that runs."""

from __future__ import annotations

import dataclasses
import itertools
import re
import shlex
import tomllib
from pathlib import Path

import click
import numpy as np
import pytest
import typer.main

from headway import __version__
from headway.access import Policy
from headway.annotation.rule_matching import Text
from headway.annotation.rules import read_rules
from headway.cli import COMMANDS, build, main
from headway.console import console_app
from headway.serving import ServedModel, Service, service_app
from headway.settings import describe_settings
from headway.store import Store
from headway.training.hooks import RECIPES
from headway.training.recipe import read_settings, recipe_class
from headway.web.guard import RouteTable

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "headway"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
#: options that the page describes once, for all commands
COMMON = {"--project", "--task", "--json", "--help"}


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text("utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", read(page), re.DOTALL | re.MULTILINE)


def sections(page: Path) -> dict[str, str]:
    """Heading → what stands below it, up to the next heading of any level."""
    parts = re.split(r"^#+ (.+)$", read(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def every_command() -> dict[str, click.Command]:
    """Name (`models list`) → command, for all that the command line has."""
    found = {}
    for name in COMMANDS:
        command = typer.main.get_command(build(name)).commands[name]  # type: ignore[attr-defined]
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            found[name] = command
        else:
            found.update({f"{name} {part}": below for part, below in subcommands.items()})
    return found


def test_every_command_and_option_is_documented_and_no_other() -> None:
    page = sections(DOCS / "command-line.md")
    commands = every_command()
    assert len(commands) > len(COMMANDS)
    for name, command in commands.items():
        assert name in page, name
        options = {option for parameter in command.params for option in parameter.opts if "--" in option}
        documented = set(re.findall(r"`(--[a-z-]+)`", page[name]))
        assert options - COMMON == documented - COMMON, name
    assert {name for name in page if name.split()[0] in COMMANDS} == {*commands, *COMMANDS}


def test_options_of_all_commands_are_explained_once() -> None:
    general = sections(DOCS / "command-line.md")["For all commands"]
    for option in ("--project", "--task", "--json", "--version", "--install-completion", "--show-completion"):
        assert option in general


class Coin:
    """A predictor as the service needs it."""

    labels = ("heads", "tails")

    def predict_scores(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Half and half."""
        return np.full((len(texts), 2), 0.5)


def test_every_route_is_documented_and_no_other() -> None:
    coin = ServedModel("coin", 1, Coin(), licence="", dataset="", created_at="")  # type: ignore[arg-type]
    app = service_app(Service([coin]), Policy(None))
    routes = {
        f"{method} {entry.template}" for entry in RouteTable(app.routes).entries for method in entry.methods
    }
    assert len(routes) > 5
    headings = {title for title in sections(DOCS / "http.md") if re.match(r"(GET|POST|PUT|DELETE) ", title)}
    assert headings == routes - {route for route in routes if route.startswith("HEAD ")}


def test_every_route_of_the_console_is_documented_with_its_permission(store: Store) -> None:
    routes = {
        (f"{method} {entry.template}", entry.permission)
        for entry in RouteTable(console_app(store).routes).entries
        for method in entry.methods - {"HEAD"}
    }
    table = sections(DOCS / "console.md")["Routes"]
    rows = re.findall(r"^\| (`[A-Z]+ /.*?) \| `(\w+)` \|", table, re.MULTILINE)
    documented = {(route, permission) for cell, permission in rows for route in re.findall(r"`(.+?)`", cell)}
    assert documented == routes


def test_every_setting_is_documented_with_its_default_and_variable(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (\S+) \| `(\w+)` \|", read(DOCS / "settings.md"), re.MULTILINE)
    documented = {name: (default, variable) for name, default, variable in rows}
    settings = describe_settings(tmp_path)
    assert {row["name"] for row in settings} == set(documented)
    for row in settings:
        default, variable = documented[row["name"]]
        assert default == str(row["value"])
        assert variable == "HEADWAY_" + row["name"].replace(".", "__").upper()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_page_that_names_its_modules_and_no_other(room: str) -> None:
    modules = {path.name for path in (SOURCE / room).glob("*.py")} - {"__init__.py"}
    named = re.findall(r"^\| `(\w+\.py)` \|", sections(DOCS / f"{room}.md")["Files"], re.MULTILINE)
    assert set(named) == modules
    assert {"Use", "Rules", "Errors"} - set(sections(DOCS / f"{room}.md")) <= {"Rules"}
    assert f"({room}.md)" in read(DOCS / "index.md")


#: recipes that share settings, and the heading below which these stand
SHARED_SETTINGS = {"lora": "Settings of `lora` and `full`", "full": "Settings of `lora` and `full`"}


def setting_rows(text: str) -> dict[str, str]:
    """Setting → default, as the rows of a section have it."""
    return dict(re.findall(r"^\| `(\w+)` \| `?([^|`]*?)`? ?\|", text, re.MULTILINE))


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_setting_of_a_recipe_is_documented_with_its_default_and_no_other(recipe: str) -> None:
    page, kind = sections(DOCS / "training.md"), recipe_class(recipe).Settings
    shared = setting_rows(page[SHARED_SETTINGS[recipe]]) if recipe in SHARED_SETTINGS else {}
    documented = {**shared, **setting_rows(page[f"Recipe `{recipe}`"])}
    assert set(documented) == {field.name for field in dataclasses.fields(kind)}
    assert read_settings(kind, documented) == kind()


def dependencies() -> set[str]:
    """All packages that pyproject.toml names, those of the extras among them."""
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    lines = itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    return {re.split(r"[\s\[<>=!;]", line)[0] for line in lines} - {"headway"}


def test_every_dependency_has_its_reason() -> None:
    reasons = re.findall(r"^\| ([\w-]+)(?: \(`\w+`\))? \| .{10,} \|$", read(DOCS / "why.md"), re.MULTILINE)
    assert dependencies() == set(reasons)


def test_pins_hold_every_dependency() -> None:
    pins = {line.split("==")[0] for line in read(ROOT / "constraints.txt").splitlines() if "==" in line}
    assert {plain(name) for name in dependencies()} <= {plain(name) for name in pins}


def plain(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_rules_on_the_page_can_be_used(tmp_path: Path) -> None:
    page = DOCS / "annotation.md"
    (rules,) = blocks(page, "toml")
    (functions,) = (block for block in blocks(page, "python") if "my_rules.py" in block)
    (tmp_path / "rules.toml").write_text(rules, "utf-8")
    (tmp_path / "my_rules.py").write_text(functions, "utf-8")
    found = read_rules(tmp_path / "rules.toml", ["退款", "物流", "其他"])
    text = Text.of("我要refund谢谢！！ Where is my order?" + "快" * 300)
    assert [rule.matcher(text) for rule in found] == [True, True, True]


def test_both_readmes_have_the_same_form() -> None:
    english, chinese = ROOT / "README.md", ROOT / "README.zh.md"

    def form(page: Path) -> list[str]:
        """Headings by level, code blocks, list items, table rows and pictures, in order."""
        kinds = re.findall(r"^(#+ |```\w+|- |\| |!\[)", read(page), re.MULTILINE)
        return [kind.strip() for kind in kinds]

    assert form(english) == form(chinese)
    for language in ("console", "sh", "python"):
        assert blocks(english, language) == blocks(chinese, language)


def test_links_between_pages_lead_somewhere() -> None:
    links = [
        (page, link)
        for page in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]+)?\)", read(page))
        if not link.startswith(("https:", "http:"))
    ]
    assert len(links) > 30
    broken = [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    index = read(DOCS / "index.md")
    assert [page.name for page in DOCS.glob("*.md") if f"({page.name})" not in index] == ["index.md"]


def test_the_changelog_has_this_version() -> None:
    assert any(title.split()[0] == __version__ for title in sections(ROOT / "CHANGELOG.md"))


def test_pictures_are_small() -> None:
    pictures = list(DOCS.glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size <= 300_000 for picture in pictures)


@pytest.mark.parametrize(
    "page", [page for page in DOCS.glob("*.md") if blocks(page, "python")], ids=lambda page: page.stem
)
def test_python_on_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": page.stem}
    for number, block in enumerate(blocks(page, "python"), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), names)


def write_messages(folder: Path) -> None:
    """The files that the README's tour is about: some Chinese among the English, as with real customers."""
    things = ["kettle", "lamp", "phone", "jacket", "book", "bicycle", "chair", "camera", "watch", "printer"]
    forms = {
        "delivery": ["Where is my {}?", "The {} has not arrived.", "When will you ship the {}?"],
        "refund": ["I want my money back for the {}.", "Refund {} please.", "退款：{}"],
        "damage": ["The {} is broken.", "My {} came with a crack.", "The {} does not switch on."],
    }
    lines = [f"{form.format(thing)},{label}" for label in forms for form in forms[label] for thing in things]
    (folder / "messages.csv").write_text(
        "message,intent\n" + "\n".join(lines).replace("Refund the", "Refund"), "utf-8"
    )
    (folder / "new.txt").write_text("Where is my parcel?\n快递三天了还没到\n", "utf-8")


def test_the_tour_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_messages(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tour,) = blocks(ROOT / "README.md", "console")
    for line in tour.splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
        else:
            assert words[0] == "headway"
            with pytest.raises(SystemExit) as end:
                main(words[1:])
            assert end.value.code in (0, None), line
    assert "intents@1" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(ROOT / "README.md", "python")
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    assert "intents@2" in capsys.readouterr().out
