"""`headway annotate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from headway.annotation.rules_commands import rules
from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened, percent

app = typer.Typer(no_args_is_help=True)
app.command()(rules)
_LONGEST_TEXT = 60


@app.callback()
def annotate() -> None:
    """Label texts together, and see how good the labels are."""


@app.command()
def status(
    disputed: Annotated[int, typer.Option("--disputed", help="Texts to list on which answers differ.")] = 10,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how much is labelled, how far annotators agree, and on which texts they do not."""
    from headway.annotation.effort import effort
    from headway.annotation.effort_words import effort_words
    from headway.annotation.status import status as find_status
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, settings):
        name = get_task(store, task).name
        found = find_status(store, name, disputed=max(disputed, 0))
        found["effort"] = effort(store, name, settings.annotation)
    terminal.result(found, [*_words(found), *effort_words(found["effort"])])


@app.command()
def forecast(
    more: Annotated[
        int, typer.Option("--labels", min=1, max=1_000_000, help="How many further labels to look at.")
    ] = 200,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the next labels would bring and take, and whether to stop."""
    from headway.annotation.outlook import read_outlook
    from headway.annotation.outlook_words import outlook_words
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, settings):
        found = read_outlook(store, get_task(store, task).name, settings.annotation, more)
    terminal.result(found, outlook_words(found, "en"))


@app.command()
def suspects(project: ProjectOption = None, task: TaskOption = None, as_json: JsonOption = False) -> None:
    """List labels that may be wrong: the learner, which was not shown them, is sure of another."""
    from headway.annotation.suspects import read_suspects
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = read_suspects(store, get_task(store, task).name)
    lines = [f"{found['n']:,} labels may be wrong; decide on them in the console, on the page Review."]
    lines += [
        f"  {_shortened(row['text'])} | {row['label']} | rather {row['predicted']} ({percent(row['score'])})"
        for row in found["rows"]
    ]
    terminal.result(found, lines if found["n"] else ["No label is suspected of being wrong."])


@app.command()
def labels(
    names: Annotated[
        list[str] | None, typer.Argument(help="The labels, in the order of their keys; none lists them.")
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set the labels among which annotators choose, or list them."""
    from headway.annotation.labels import labels_of, set_labels
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        name = get_task(store, task).name
        found = set_labels(store, name, names) if names else labels_of(store, name)
    rows = [{"label": label.name, "retired": label.retired_at} for label in found]
    terminal.table(rows, ["label", "retired"], empty="No labels yet: `headway annotate labels NAME…`.")


@app.command()
def guidelines(
    file: Annotated[
        Path | None, typer.Argument(help="A text file with the new version; none prints what is in force.")
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put guidelines for annotators into force, or print them."""
    from headway.annotation.labels import guideline_of, read_guideline, set_guideline
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        name = get_task(store, task).name
        found = set_guideline(store, name, read_guideline(file), "command line") if file else None
        found = found or guideline_of(store, name)
    content = {"version": found.version if found else 0, "text": found.text if found else ""}
    words = [f"Version {found.version} of {found.created_at[:10]}:", found.text] if found else []
    terminal.result(content, words or ["There are no guidelines yet: `headway annotate guidelines FILE`."])


@app.command("export")
def export_labels(
    file: Annotated[Path, typer.Argument(help="Where to; the ending tells the format: jsonl, csv or xlsx.")],
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format", help="jsonl (ours, without loss), csv, xlsx, label-studio, prodigy, doccano."
        ),
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what was said of the texts to a file, for a spreadsheet or another tool."""
    from headway.annotation.exporting import export
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = export(store, get_task(store, task).name, file, format_name)
    terminal.result(
        found, [f"{found['labels']:,} labels of {found['texts']:,} texts are in {file} ({found['format']})."]
    )


@app.command("import")
def import_labels(
    file: Annotated[Path, typer.Argument(help="A file of `headway annotate export FILE.jsonl`.")],
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read what `annotate export` has written, with all that was ever said; it can be read twice."""
    from headway.annotation.dump import load
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = load(store, get_task(store, task).name, file)
    added = found["added"]
    words = [
        f"New are {added['record']:,} texts, {added['annotation']:,} labels and {added['answer']:,} answers."
    ]
    words += [f"Added without a password: {', '.join(found['users'])}."] if found["users"] else []
    words += (
        [f"{found['forgotten']:,} texts were forgotten here and are left out."] if found["forgotten"] else []
    )
    left_out = f"{found['left_out']:,} answers are left out: who gave them has answered the same texts here."
    words += [left_out] if found["left_out"] else []
    terminal.result(found, words)


@app.command()
def queue(
    overlap: Annotated[
        int | None,
        typer.Option("--overlap", help="People who label each text.", show_default="as before, or 1"),
    ] = None,
    labelled: Annotated[
        bool, typer.Option("--labelled", help="Put in texts that have a label already, too.")
    ] = False,
    gold_from: Annotated[
        str | None,
        typer.Option("--gold-from", help="Author whose labels are right: annotators are measured by them."),
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put texts into the queue of those who label, and say what it holds."""
    from headway.annotation.filling import fill_queue
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        name = get_task(store, task).name
        found = fill_queue(store, name, overlap=overlap, labelled=labelled, gold_from=gold_from)
    words = [
        f"{found['added']:,} texts were put into the queue.",
        f"It holds {found['items']:,} texts, {found['gold']:,} of them with a known label; "
        f"{found['done']:,} are done, and {found['labels_left']:,} labels are still to be given.",
        "Annotators label them in the browser: `headway console`.",
    ]
    terminal.result(found, words)


@app.command()
def assign(
    name: Annotated[str, typer.Argument(help="Who alone is given them.")],
    texts: Annotated[int, typer.Option("--texts", min=1, max=1_000_000, help="How many.")] = 100,
    back: Annotated[bool, typer.Option("--release", help="Give back what they have not labelled.")] = False,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Assign the next texts of the queue to one annotator, or give them back to everybody."""
    from headway.annotation.assigning import assign as assign_texts
    from headway.annotation.assigning import release
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        of_task = get_task(store, task).name
        if back:
            released = release(store, of_task, name)
            terminal.result({"released": released}, [f"{released:,} texts are everybody's again."])
            return
        found = assign_texts(store, of_task, name, texts)
    words = f"{found['assigned']:,} texts were assigned to {name}; {found['waiting']:,} wait for them."
    terminal.result(found, [words])


@app.command()
def first(
    containing: Annotated[
        str | None, typer.Option("--containing", help="Texts that contain these words.", metavar="WORDS")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--import", help="Texts of this import.", metavar="ID")
    ] = None,
    back: Annotated[bool, typer.Option("--release", help="Let all come in their turn again.")] = False,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have texts of the queue labelled before all others, or let them come in their turn again."""
    from headway.annotation.priority import put_back, put_first
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        name = get_task(store, task).name
        if back:
            released = put_back(store, name)
            terminal.result({"released": released}, [f"In their turn again: {released:,}."])
            return
        found = put_first(store, name, containing=containing, source=source)
    words = f"Put first: {found['moved']:,}; waiting there: {found['waiting']:,}."
    terminal.result(found, [words])


@app.command()
def prepare(
    base: Annotated[
        str | None,
        typer.Option(
            "--base", help="Base model: short name, folder or hub model.", show_default="by language"
        ),
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a model learn beside the annotators: it chooses what comes next, and suggests labels."""
    from headway.annotation.encoding import prepare as prepare_texts
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings), terminal.progress() as progress:
        found = prepare_texts(store, get_task(store, task).name, base, progress=progress)
    terminal.result(
        found,
        [
            f"{found['texts']:,} texts are read by {found['base']}. A console that runs takes it up by "
            "itself, and from then on labels are asked for where the model learns most."
        ],
    )


def _words(found: dict[str, Any]) -> list[str]:
    agreed = found["agreement"]
    lines = [
        f"{found['labelled']:,} of {found['records']:,} texts are labelled; "
        f"{found['answered_by_several']:,} of them by more than one annotator."
    ]
    if not found["answered_by_several"]:
        return [*lines, "How far annotators agree can be told once two of them have labelled the same texts."]
    lines.append(f"Of two answers to one text {_estimate(agreed['percent'], percent)} are equal.")
    if agreed["alpha"]:
        lines.append(
            f"Beyond chance: Krippendorff's alpha {_estimate(agreed['alpha'], _decimal)}, "
            f"Fleiss's kappa {_estimate(agreed['fleiss'], _decimal)}."
        )
    lines += [f"Least agreed on: {_worst_labels(agreed['labels'])}."] if len(agreed["labels"]) > 2 else []
    lines += ["Annotators, by what the consensus (Dawid and Skene) says of their answers:"]
    lines += [f"  {_annotator(row)}" for row in found["annotators"]]
    lines += ["Texts on which answers differ, the most doubtful first:"] if found["disputed"] else []
    return lines + [f"  {_text(row)}" for row in found["disputed"]]


def _estimate(estimate: dict[str, float], write: Any) -> str:
    value, low, high = (write(estimate[part]) for part in ("value", "low", "high"))
    return f"{value} ({low} … {high})"


def _decimal(value: float) -> str:
    return f"{value:.2f}"


def _worst_labels(labels: list[dict[str, Any]]) -> str:
    known = [row for row in labels if row["alpha"]]
    worst = sorted(known, key=lambda row: row["alpha"]["value"])[:3]
    return ", ".join(f"{row['label']} (alpha {row['alpha']['value']:.2f})" for row in worst)


def _annotator(row: dict[str, Any]) -> str:
    mistakes = "; ".join(
        f"{one['true']} taken for {one['given']} in {percent(one['share'])}" for one in row["mistakes"]
    )
    answers = "answer" if row["answers"] == 1 else "answers"
    right = "" if row["accuracy"] is None else f", {percent(row['accuracy'])} probably right"
    return f"{row['name']}: {row['answers']:,} {answers}{right}" + (f" ({mistakes})" if mistakes else "")


def _text(row: dict[str, Any]) -> str:
    said = ", ".join(f"{author} {label}" for author, label in row["answers"].items())
    return f"{_shortened(row['text'])} | {said} | probably {row['label']} ({percent(row['probability'])})"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"
