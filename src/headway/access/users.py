"""Users of the console: added by name, invited by a link, signed in by a password.

Links and sessions are known by 256 random bits, of which the SHA-256 is kept: what the database holds opens
nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from headway.access.passwords import hash_password, is_right
from headway.access.roles import ROLES
from headway.errors import SignInError, UsageError
from headway.ids import new_id
from headway.records import Session, User, timestamp
from headway.store import Store
from headway.store import users as rows

_LONGEST_NAME = 60
INVITATION = timedelta(hours=48)
SESSION = timedelta(hours=12)


def add_user(store: Store, name: str, role: str = "annotator") -> tuple[User, str]:
    """Add a user and give the secret of the link with which they choose a password.

    Raises `UsageError` naming all that is wrong with the name and the role.
    """
    problems = []
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        problems.append(f"a name has 1 to {_LONGEST_NAME} printable characters, not {name[:_LONGEST_NAME]!r}")
    # An annotation says who made it: these say that a file, a rule or a model did.
    if name.strip().startswith(("import:", "rule:", "model:", "review:")):
        problems.append(f"{name!r} would be taken for what is no person")
    problems += _wrong_role(role)
    if problems:
        raise UsageError(
            f"No user was added: {'; '.join(problems)}.", next_step="See `headway users add --help`."
        )
    user = User(id=new_id(), name=name.strip(), role=role, created_at=store.now())
    rows.add_user(store, user)
    return user, _invite(store, user)


def invite(store: Store, name: str) -> tuple[User, str]:
    """A new link for a user, to choose a new password with; earlier links are good for nothing then.

    Raises `UsageError` for a name that is unknown or disabled.
    """
    user = get_user(store, name)
    if user.disabled_at is not None:
        raise UsageError(
            f"The user {user.name!r} is disabled.",
            next_step=f"Enable them again: `headway users enable {user.name}`.",
        )
    return user, _invite(store, user)


def get_user(store: Store, name: str) -> User:
    """The user of a name. Raises `UsageError` naming those there are."""
    user = rows.find_user(store, name)
    if user is None:
        names = ", ".join(one.name for one in rows.list_users(store))
        known = f"Users are: {names}." if names else "There are none yet: `headway users add NAME`."
        raise UsageError(f"There is no user {name!r}.", next_step=known)
    return user


def list_users(store: Store) -> list[User]:
    """All users, disabled ones too, the oldest first."""
    return rows.list_users(store)


def disable_user(store: Store, name: str) -> User:
    """Sign a user out everywhere and let them in no more; what they did stays.

    Raises `UsageError` for an unknown name and `CheckFailedError` for the last admin.
    """
    user = get_user(store, name)
    return rows.change_user(store, user.id, disabled_at=user.disabled_at or store.now())


def enable_user(store: Store, name: str) -> User:
    """Let a disabled user in again, with the password they had."""
    return rows.change_user(store, get_user(store, name).id, disabled_at=None)


def change_role(store: Store, name: str, role: str) -> User:
    """Give a user another role, which holds from their next request on.

    Raises `UsageError` for an unknown name or role and `CheckFailedError` for the last admin.
    """
    user = get_user(store, name)
    if problems := _wrong_role(role):
        raise UsageError(f"The role was not changed: {problems[0]}.")
    return rows.change_user(store, user.id, role=role)


def invited(store: Store, secret: str) -> User:
    """Whom a link invites. Raises `SignInError` where it is used up, too old or no link of ours."""
    user = rows.find_invited(store, _digest(secret), store.now())
    if user is None:
        raise _bad_link()
    return user


def choose_password(store: Store, secret: str, password: str) -> tuple[Session, str]:
    """Use a link up: the user has this password from now on, and is signed in; gives the session's secret.

    Raises `SignInError` for a link that is not good, and `UsageError` for a password that is not.
    """
    hashed = hash_password(password, invited(store, secret).name)
    user = rows.use_invitation(store, _digest(secret), hashed, store.now())
    if user is None:
        raise _bad_link()
    return begin_session(store, user)


def sign_in(store: Store, name: str, password: str) -> tuple[Session, str]:
    """Begin a session and give its secret.

    Raises `SignInError`, the same and after the same time, whether the name or the password is wrong.
    """
    user = rows.find_user(store, name)
    right = is_right(user.password if user else None, password)
    if user is None or not right or user.disabled_at is not None:
        raise SignInError(
            "The name or the password is wrong.",
            next_step="An admin can send a new link: `headway users invite NAME`.",
        )
    return begin_session(store, user)


def begin_session(store: Store, user: User) -> tuple[Session, str]:
    """Sign in who has proven who they are; gives the session's secret."""
    secret = secrets.token_urlsafe(32)
    now = store.clock()
    session = Session(_digest(secret), user, timestamp(now), timestamp(now + SESSION))
    rows.add_session(store, session)
    return session, secret


def find_session(store: Store, secret: str) -> Session | None:
    """The session of a browser, while it lasts and its user is not disabled."""
    return rows.find_session(store, _digest(secret), store.now())


def sign_out(store: Store, secret: str) -> None:
    """End a session."""
    rows.end_session(store, _digest(secret))


def form_token(secret: str) -> str:
    """What a page of a session sends along when it changes something; no other site can know it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _invite(store: Store, user: User) -> str:
    secret = secrets.token_urlsafe(32)
    rows.add_invitation(store, _digest(secret), user.id, timestamp(store.clock() + INVITATION))
    return secret


def _wrong_role(role: str) -> list[str]:
    return [] if role in ROLES else [f"there is no role {role!r}; roles are {', '.join(ROLES)}"]


def _bad_link() -> SignInError:
    return SignInError(
        "This link was used already, or is older than 48 hours.",
        next_step="Ask an admin for a new one: `headway users invite NAME`.",
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
