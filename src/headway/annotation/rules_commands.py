"""`headway annotate rules`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from headway.errors import UsageError
from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened, percent

_COLUMNS = ("rule", "label", "texts", "with others", "in conflict", "right by people", "estimated")


def rules(
    file: Annotated[Path | None, typer.Argument(help="A TOML file of [[rule]] tables.")] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Keep what the rules say, in place of what they said before.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take back all that rules have said; needs no file.")
    ] = False,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Label texts by rules: say how far they reach and how often they are right; keep it on request."""
    if (file is None) != remove or (apply and remove):
        raise UsageError(
            "It takes a file of rules, with or without --apply, or --remove alone.",
            next_step="See `headway annotate rules --help`.",
        )
    terminal = Terminal(as_json)
    if file is None:
        _remove(terminal, project, task)
    else:
        _ask(terminal, file, project, task, apply=apply)


def _remove(terminal: Terminal, project: Path | None, task: str | None) -> None:
    from headway.annotation.rule_labels import remove_labels
    from headway.store.tasks import get_task

    with opened(project, terminal) as (store, _settings), terminal.progress() as progress:
        name = get_task(store, task).name
        with store.exclusive("annotate rules"):
            removed, withdrawn = remove_labels(store, name, progress=progress)
    terminal.result(
        {"task": name, "rules": removed, "withdrawn": withdrawn},
        [f"{withdrawn:,} labels of {len(removed)} rules were taken back."],
    )


def _ask(terminal: Terminal, file: Path, project: Path | None, task: str | None, *, apply: bool) -> None:
    from headway.annotation.labels import known_labels
    from headway.annotation.rule_figures import labels_of_people, rule_figures
    from headway.annotation.rule_labels import apply_votes
    from headway.annotation.rule_votes import ask_rules
    from headway.annotation.rules import read_rules
    from headway.store.tasks import get_task

    with opened(project, terminal) as (store, _settings), terminal.progress() as progress:
        name = get_task(store, task).name
        labels = known_labels(store, name)
        found = read_rules(file, labels)
        # Nobody may forget or import texts between asking about them and keeping what was said.
        with store.exclusive("annotate rules") if apply else nullcontext():
            votes = ask_rules(store, name, found, labels, progress=progress)
            figures = rule_figures(votes, labels_of_people(store, name))
            applied = apply_votes(store, name, votes, progress=progress) if apply else None
    content = {"task": name, "file": str(file), **figures, "applied": vars(applied) if applied else None}
    terminal.result(content, _reach(content))
    if not terminal.as_json:
        terminal.table([_row(rule) for rule in figures["rules"]], _COLUMNS, "")
        for line in [*_troubles(content), *_kept(content)]:
            terminal.say(line)


def _reach(found: Mapping[str, Any]) -> list[str]:
    return [
        f"{found['covered']:,} of {found['texts']:,} texts are labelled by a rule, {found['uncovered']:,} by "
        f"none; rules contradict each other on {found['conflicting']:,}."
    ]


def _row(rule: Mapping[str, Any]) -> dict[str, str]:
    return {
        "rule": rule["name"],
        "label": rule["label"] or "by its function",
        "texts": f"{rule['texts']:,} ({percent(rule['share'])})",
        "with others": percent(rule["overlaps"]),
        "in conflict": percent(rule["conflicts"]),
        "right by people": _by_people(rule["people"]),
        "estimated": percent(rule["estimate"]),
    }


def _by_people(judged: Mapping[str, Any] | None) -> str:
    if judged is None:
        return "–"
    limits = f"{percent(judged['low'])} … {percent(judged['high'])}"
    return f"{judged['right']:,} of {judged['n']:,} ({limits})"


def _troubles(found: Mapping[str, Any]) -> list[str]:
    words = []
    for rule in found["rules"]:
        if rule["timeouts"]:
            words.append(f"{rule['name']!r} ran out of time on {rule['timeouts']:,} texts and left them out.")
        if rule["unasked"]:
            words.append(
                f"It was asked nothing about {rule['unasked']:,} further texts then: mend its pattern."
            )
        if rule["errors"]:
            words.append(
                f"{rule['name']!r} failed on {rule['errors']:,} texts and left them out; first "
                f"{rule['first_error']}."
            )
    return words


def _kept(found: Mapping[str, Any]) -> list[str]:
    words = [
        "What is estimated comes from agreement among the rules alone, and can be far off; what people say "
        "counts, texts of the test left aside."
    ]
    done = found["applied"]
    if done is None:
        return [*words, "Nothing was written; --apply keeps these labels."]
    return [
        *words,
        f"{done['added']:,} labels were written, {done['unchanged']:,} were there already, and "
        f"{done['withdrawn']:,} were taken back. `headway dataset create --rules` trains on them.",
    ]
