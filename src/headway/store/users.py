"""Rows of users, of the links that invite them, and of the browsers they are signed in with."""

from __future__ import annotations

import dataclasses
import unicodedata

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from headway.errors import CheckFailedError, UsageError
from headway.records import Session, User
from headway.store.schema import invitations, sessions, users
from headway.store.store import Store

_COLUMNS = tuple(users.c[field.name] for field in dataclasses.fields(User))
# Built once: each request asks for it.
_SESSION = (
    select(sessions.c.digest, sessions.c.created_at.label("began_at"), sessions.c.expires_at, *_COLUMNS)
    .join(users, users.c.id == sessions.c.user)
    .where(sessions.c.digest == bindparam("of_digest"))
    .where(sessions.c.expires_at > bindparam("now"), users.c.disabled_at.is_(None))
)


def folded(name: str) -> str:
    """A name as it is compared: case and width do not tell two users apart."""
    return unicodedata.normalize("NFKC", name).casefold()


def add_user(store: Store, user: User) -> None:
    """Keep a user. Raises `UsageError` where there is one of that name, disabled or not."""
    with store.writing() as connection:
        taken = connection.execute(select(users.c.name).where(users.c.folded == folded(user.name))).scalar()
        if taken is not None:
            raise UsageError(
                f"There is a user {taken!r} already.",
                next_step="Choose another name, or see who is there: `headway users list`.",
            )
        connection.execute(insert(users).values(**dataclasses.asdict(user), folded=folded(user.name)))


def list_users(store: Store) -> list[User]:
    """All users, disabled ones too, the oldest first."""
    with store.reading() as connection:
        return [User(**row) for row in connection.execute(select(*_COLUMNS).order_by(users.c.id)).mappings()]


def find_user(store: Store, name: str) -> User | None:
    """The user of a name, disabled or not."""
    with store.reading() as connection:
        query = select(*_COLUMNS).where(users.c.folded == folded(name))
        row = connection.execute(query).mappings().first()
    return User(**row) if row else None


def change_user(store: Store, user_id: str, **values: str | None) -> User:
    """Change a user's role or `disabled_at`; whoever is disabled is signed out everywhere.

    Raises `CheckFailedError`, and changes nothing, where no admin would be left.
    """
    admins = select(users.c.id).where(users.c.role == "admin", users.c.disabled_at.is_(None))
    with store.writing() as connection:
        had_admin = connection.execute(admins).first() is not None
        connection.execute(update(users).where(users.c.id == user_id).values(**values))
        user = User(**connection.execute(select(*_COLUMNS).where(users.c.id == user_id)).mappings().one())
        if had_admin and connection.execute(admins).first() is None:
            raise CheckFailedError(
                f"{user.name!r} is the only admin: nobody could manage users any more.",
                next_step="Make another one first: `headway users add NAME --role admin`.",
            )
        if user.disabled_at is not None:
            _forget_ways_in(connection, user_id)
    return user


def add_invitation(store: Store, digest: str, user_id: str, expires_at: str) -> None:
    """Keep a link; an earlier one of the same user is good for nothing from now on."""
    with store.writing() as connection:
        connection.execute(delete(invitations).where(invitations.c.user == user_id))
        connection.execute(insert(invitations).values(digest=digest, user=user_id, expires_at=expires_at))


def find_invited(store: Store, digest: str, now: str) -> User | None:
    """Whom a link invites, as long as it is good."""
    with store.reading() as connection:
        return _invited(connection, digest, now)


def use_invitation(store: Store, digest: str, password: str, now: str) -> User | None:
    """Give the invited user a password and use up the link; None where the link is not good any more.

    Whoever was signed in as that user before is signed out.
    """
    with store.writing() as connection:
        user = _invited(connection, digest, now)
        if user is None:
            return None
        connection.execute(update(users).where(users.c.id == user.id).values(password=password))
        _forget_ways_in(connection, user.id)
    return dataclasses.replace(user, password=password)


def add_session(store: Store, session: Session) -> None:
    """Keep a session; those that are over are removed."""
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.expires_at <= session.created_at))
        connection.execute(
            insert(sessions).values(
                digest=session.digest,
                user=session.user.id,
                created_at=session.created_at,
                expires_at=session.expires_at,
            )
        )


def find_session(store: Store, digest: str, now: str) -> Session | None:
    """The session of a secret, while it lasts and its user is not disabled."""
    with store.reading() as connection:
        row = connection.execute(_SESSION, {"of_digest": digest, "now": now}).mappings().first()
    if row is None:
        return None
    user = User(**{column.name: row[column.name] for column in _COLUMNS})
    return Session(row["digest"], user, row["began_at"], row["expires_at"])


def end_session(store: Store, digest: str) -> None:
    """Sign a browser out."""
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.digest == digest))


def _invited(connection: Connection, digest: str, now: str) -> User | None:
    query = (
        select(*_COLUMNS)
        .join(invitations, invitations.c.user == users.c.id)
        .where(invitations.c.digest == digest, invitations.c.expires_at > now, users.c.disabled_at.is_(None))
    )
    row = connection.execute(query).mappings().first()
    return User(**row) if row else None


def _forget_ways_in(connection: Connection, user_id: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.user == user_id))
    connection.execute(delete(invitations).where(invitations.c.user == user_id))
