"""`headway keys`."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened

app = typer.Typer(no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what the key is for.")],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key. It is shown now and never again."""
    from headway.access import create_key

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        key, secret = create_key(store, name)
    terminal.result(
        {"id": key.id, "name": key.name, "key": secret},
        [
            f"Key for {key.name!r}, shown once: {secret}",
            "From now on the service asks for it: Authorization: Bearer KEY",
            f"Undo: headway keys revoke {key.id}",
        ],
    )


@app.command("list")
def list_(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the keys, without their secrets."""
    from headway.access import list_keys

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        keys = list_keys(store)
    rows = [
        {
            "id": key.id,
            "name": key.name,
            "prefix": key.prefix,
            "created_at": key.created_at,
            "revoked_at": key.revoked_at,
        }
        for key in keys
    ]
    terminal.table(rows, ("id", "name", "prefix", "created_at", "revoked_at"), "There is no key.")


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of a key, as `headway keys list` shows it.")],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key invalid at once and for good."""
    from headway.access import revoke_key

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        key = revoke_key(store, key_id)
    terminal.result(
        {"id": key.id, "name": key.name, "revoked_at": key.revoked_at},
        [f"The key {key.name!r} is revoked. A running service refuses it within a second."],
    )
