"""`headway users`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened

if TYPE_CHECKING:
    from headway.records import User
    from headway.settings import Settings
    from headway.store import Store

app = typer.Typer(no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Name of the user.")]
RoleOption = Annotated[str, typer.Option("--role", help="viewer, annotator, lead or admin.")]


@app.command()
def add(
    name: NameArgument,
    role: RoleOption = "annotator",
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a user. Prints the link with which they choose a password."""
    from headway.access.users import add_user

    _with_link(lambda store: add_user(store, name, role), project, as_json)


@app.command()
def invite(name: NameArgument, project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Print a new link for a user who has lost the link or the password."""
    from headway.access.users import invite as invite_user

    _with_link(lambda store: invite_user(store, name), project, as_json)


@app.command("list")
def list_(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the users."""
    from headway.access.users import list_users

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        users = list_users(store)
    columns = ("name", "role", "state", "created_at")
    terminal.table(
        [_row(user) for user in users], columns, "There is no user: `headway console` makes the first."
    )


@app.command()
def role(
    name: NameArgument,
    role: Annotated[str, typer.Argument(help="viewer, annotator, lead or admin.")],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a user another role."""
    from headway.access.users import change_role

    _change(lambda store: change_role(store, name, role), project, as_json, f"is {role} now")


@app.command()
def disable(name: NameArgument, project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Let a user in no more. What they did stays."""
    from headway.access.users import disable_user

    undo = f"is signed out and cannot sign in. Undo: headway users enable {name}"
    _change(lambda store: disable_user(store, name), project, as_json, undo)


@app.command()
def enable(name: NameArgument, project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Let a disabled user in again."""
    from headway.access.users import enable_user

    _change(lambda store: enable_user(store, name), project, as_json, "can sign in again")


def _with_link(make: Callable[[Store], tuple[User, str]], project: ProjectOption, as_json: bool) -> None:
    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, settings):
        user, secret = make(store)
        link = welcome_link(settings, secret)
    terminal.result(
        {**_row(user), "link": link},
        [
            f"Link for {user.name} ({user.role}), good once and for 48 hours: {link}",
            "It is shown now and never again. `headway console` answers it.",
        ],
    )


def welcome_link(settings: Settings, secret: str) -> str:
    """Where somebody who was invited chooses a password."""
    host = settings.console.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.console.port}/welcome/{secret}"


def _change(change: Callable[[Store], User], project: ProjectOption, as_json: bool, words: str) -> None:
    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        user = change(store)
    terminal.result(_row(user), [f"{user.name} {words}."])


def _row(user: User) -> dict[str, str]:
    state = "disabled" if user.disabled_at else "invited" if user.password is None else "active"
    return {"name": user.name, "role": user.role, "state": state, "created_at": user.created_at}
