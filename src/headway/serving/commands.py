"""`headway serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, curl_line, opened


def serve(
    models: Annotated[
        list[str] | None,
        typer.Argument(help="Models to serve: name, name@3 or name@champion; else all champions."),
    ] = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the champions over HTTP."""
    from headway.access import Policy
    from headway.serving.app import service_app
    from headway.serving.loading import champions, load_models
    from headway.serving.server import serve as serve_app
    from headway.serving.service import Limits, Service
    from headway.serving.terminal_output import log_to_stderr

    terminal = Terminal(as_json)
    log_to_stderr()
    with opened(project, terminal) as (store, settings):
        served = load_models(store, models or champions(store))
        policy = Policy(store, host or settings.serve.host, hosts=settings.web.hosts)
        app = service_app(Service(served, Limits.of(settings.serve)), policy)

        def announce(url: str) -> None:
            names = [f"{model.name}@{model.version}" for model in served]
            terminal.result(
                {"url": url, "models": names, "ready": True},
                [
                    f"Serving {', '.join(names)} at {url} — Ctrl-C stops it.",
                    f"Documentation and a place to try it: {url}/docs",
                    curl_line(url, served[0].name, "your text", top_k=3),
                ],
            )

        serve_app(app, settings.serve.port if port is None else port, announce=announce)
