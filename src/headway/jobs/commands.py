"""`headway jobs`."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened

app = typer.Typer(no_args_is_help=True)
JobArgument = Annotated[str, typer.Argument(help="Id of the job, or how it begins.")]


@app.callback()
def jobs() -> None:
    """See, cancel and read what the console has been asked to do."""


@app.command("list")
def list_all(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List all jobs, the newest first."""
    from headway.jobs.content import content_of
    from headway.store.jobs import list_jobs

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = [content_of(job) for job in list_jobs(store)]
    columns = ["id", "state", "command", "author", "created_at", "error"]
    terminal.table(found, columns, empty="Nothing was asked for yet: `headway console` does jobs.")


@app.command()
def show(job: JobArgument, project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Show one job and what came of it."""
    from headway.jobs.content import content_of
    from headway.store.jobs import get_job

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = content_of(get_job(store, job))
    terminal.result(found, [f"{name}: {value}" for name, value in found.items() if value is not None])


@app.command()
def cancel(job: JobArgument, project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Cancel a job; a training leaves a run that can be resumed."""
    from headway.jobs.content import content_of
    from headway.store.jobs import cancel_job

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = cancel_job(store, job)
    words = "It is cancelled." if found.state == "cancelled" else "It is told to stop."
    terminal.result(content_of(found), [words])


@app.command()
def logs(job: JobArgument, project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Print what a job has said."""
    from headway.jobs.files import read_log
    from headway.store.jobs import get_job

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = get_job(store, job)
        log = read_log(store, found.id)
    terminal.result({"id": found.id, "log": log}, log.splitlines() or ["It has said nothing yet."])
