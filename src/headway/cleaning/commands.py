"""`headway clean`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened, percent

if TYPE_CHECKING:
    from headway.store import Store

_EXAMPLES_SHOWN = 2
_SHOWN = 100


def clean(
    apply: Annotated[
        list[str] | None,
        typer.Option("--apply", help="Do something about a finding from the next version on; repeatable."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was applied last.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report as a page, too.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the report as the newest page below reports/, too.")
    ] = False,
    min_characters: Annotated[
        int,
        typer.Option("--min-characters", min=1, help="Texts with fewer visible characters are too short."),
    ] = 2,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with the data and what would be done; change it only on request."""
    from headway.cleaning.applying import apply_options
    from headway.cleaning.applying import undo as undo_last
    from headway.cleaning.kept import report_path
    from headway.errors import UsageError
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    if apply and undo:
        raise UsageError("--apply and --undo were both given.", next_step="Give one of them.")
    with opened(project, terminal) as (store, _settings):
        name = get_task(store, task).name
        if apply:
            content = apply_options(store, name, apply, least_characters=min_characters)
        elif undo:
            content = undo_last(store, name)
        else:
            content = {}
        if html is not None or keep or not content:
            report = _report(store, name, min_characters, terminal)
            content = content or report
            if html is not None or keep:
                pages = [html, report_path(store, name) if keep else None]
                content = {**content, "html": _write_pages(report, [page for page in pages if page])}
    if apply or undo:
        terminal.result(content, _change_words(content))
    elif as_json:
        terminal.json_line(content)
    else:
        _print_report(terminal, content)


def _report(store: Store, task: str, least_characters: int, terminal: Terminal) -> dict[str, Any]:
    from headway.cleaning.report import build_clean_report

    with terminal.progress() as progress:
        return build_clean_report(store, task, least_characters=least_characters, progress=progress)


def _write_pages(report: dict[str, Any], paths: Sequence[Path]) -> str:
    """Write the report as a page to each of the paths, and give the first."""
    from headway.cleaning.page import render_clean_report
    from headway.store.files import write_atomically

    page = render_clean_report(report).encode()
    for path in paths:
        write_atomically(path, page)
    return str(paths[0])


def _print_report(terminal: Terminal, report: dict[str, Any]) -> None:
    first, *rest = report["summary"]["en"]
    terminal.say(first)
    found = [finding for finding in report["findings"] if finding["count"]]
    if found:
        terminal.say("")
        columns = ("finding", "found", "share", "what would be done", "with")
        terminal.table([_row(finding) for finding in found], columns, "")
    for finding in found:
        terminal.say("")
        _print_finding(terminal, finding)
    terminal.say("")
    nothing = [finding["title"]["en"] for finding in report["findings"] if not finding["count"]]
    if nothing and report["texts"]:
        terminal.say(f"Not found: {'; '.join(nothing)}.")
    for sentence in rest:
        terminal.say(sentence)
    if "html" in report:
        terminal.say(f"The page: {report['html']}")


def _row(finding: dict[str, Any]) -> dict[str, str]:

    done = "done: " if finding["applied"] else ""
    return {
        "finding": finding["title"]["en"],
        "found": f"{finding['count']:,}",
        "share": percent(finding["share"]),
        "what would be done": done + finding["action"]["en"],
        "with": f"--apply {finding['option']}" if finding["option"] else "",
    }


def _print_finding(terminal: Terminal, finding: dict[str, Any]) -> None:
    details = "; ".join(finding["details"]["en"])
    terminal.say(finding["title"]["en"] + (f": {details}" if details else ""))
    for example in finding["examples"][:_EXAMPLES_SHOWN]:
        for line in _example_lines(finding["key"], example):
            terminal.say(f"  {line}")


def _example_lines(key: str, example: dict[str, Any]) -> list[str]:
    if key == "label-variants":
        spellings = ", ".join(f"{label!r} {count:,}" for label, count in example["spellings"].items())
        return [f"{spellings} → {example['suggested']!r}"]
    if key == "coverage":
        return [f"{example['label']}: {example['rows']:,}" + (", test only" if example["test_only"] else "")]
    lines = [_short(example["text"])]
    if example.get("kind") == "long":
        lines[0] += f"  [{example['characters']:,} characters]"
    if example.get("after", example["text"]) != example["text"]:
        lines.append(f"  → {_short(example['after'])}")
    lines += [f"  {_short(other)}" for other in example.get("others", [])[:1]]
    if "rows" in example:
        labels = list(example["labels"].items())
        named = [labels[0][0]] if len(labels) == 1 else [f"{label} {n:,}×" for label, n in labels[:5]]
        lines[0] += f"  [{example['rows']:,} rows{': ' if named else ''}{', '.join(named)}]"
    return lines


def _change_words(content: dict[str, Any]) -> list[str]:
    """What the next version will be, in sentences."""
    effect, policy = content["next_version"], content["policy"]
    if content.get("undone"):
        words = ["The last change is undone."]
    elif content["changed"]:
        words = [f"Applied: {', '.join(content['applied'])}. The raw texts stay as they are."]
    else:
        words = ["That is applied already; nothing was changed."]
    if not effect["labelled"]:
        words.append("No text of the task has a label yet; it holds for those to come.")
    else:
        words.append(f"The next version takes {effect['rows']:,} of {effect['labelled']:,} labelled rows.")
    words += [f"  {count:,} stay out: {rule}" for rule, count in effect["left_out"].items()]
    if effect["texts_changed"]:
        words.append(f"  {effect['texts_changed']:,} texts are read otherwise: {', '.join(policy['steps'])}")
    if effect["labels_renamed"]:
        words.append(f"  {effect['labels_renamed']:,} labels are written otherwise")
    words.append("Next: headway dataset create, or headway train. To go back: headway clean --undo")
    if "html" in content:
        words.append(f"The page: {content['html']}")
    return words


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
