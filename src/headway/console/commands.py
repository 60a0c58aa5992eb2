"""`headway console`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened

if TYPE_CHECKING:
    from headway.store import Store


def console(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the web console, where the team works."""
    from headway.console.app import console_app
    from headway.serving.server import serve as serve_app
    from headway.serving.terminal_output import log_to_stderr

    terminal = Terminal(as_json)
    log_to_stderr()
    with opened(project, terminal) as (store, settings):
        app = console_app(store, host or settings.console.host, settings)

        def announce(url: str) -> None:
            secret = first_invitation(store)
            link = f"{url}/welcome/{secret}" if secret else None
            words = [f"The console is at {url} — Ctrl-C stops it."]
            if link:
                words.append(f"There is no admin yet. Choose a password, once and within 48 hours: {link}")
            terminal.result({"url": url, "link": link, "ready": True}, words)

        serve_app(app, settings.console.port if port is None else port, announce=announce)


def first_invitation(store: Store) -> str | None:
    """The secret of a link for the first admin; None where one has a password already."""
    from headway.access.users import add_user, invite, list_users

    admins = [user for user in list_users(store) if user.role == "admin" and user.disabled_at is None]
    if any(user.password for user in admins):
        return None
    return (invite(store, admins[0].name) if admins else add_user(store, "admin", "admin"))[1]
