"""Model versions: registered, pointed at by aliases, promoted and rolled back, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from headway.errors import CheckFailedError, ModelError, UsageError
from headway.records import AliasEvent, ModelVersion, timestamp
from headway.registry.artifacts import keep_artifact, lay_out
from headway.registry.manifest import Manifest, parse_manifest, read_manifest
from headway.store import Store
from headway.store import models as model_rows
from headway.store.tasks import get_task

CHAMPION = "champion"


def register(
    store: Store,
    folder: Path,
    *,
    task: str,
    run: str | None = None,
    first_is_champion: bool = True,
) -> ModelVersion:
    """Register an artefact as the next version of the model its manifest names.

    The first version of a name becomes champion, unless `first_is_champion` is off; later ones wait for
    `promote`.
    """
    # `keep_artifact` verifies the files.
    manifest = read_manifest(folder, verify=False)
    version = ModelVersion(
        name=manifest.name,
        version=0,
        task=task,
        artifact=keep_artifact(store, folder),
        precision=manifest.precision,
        created_at=store.now(),
        run=run,
    )
    return model_rows.add_version(store, version, alias=CHAMPION if first_is_champion else None)


def resolve(store: Store, reference: str | None, *, task: str | None = None) -> ModelVersion:
    """The version that `name`, `name@3` or `name@champion` means; without a reference, that of the task.

    A bare name means the champion, else the newest version. Raises `ModelError` where there is none, and
    `UsageError` where neither model nor task is named and there are several tasks.
    """
    name, _, which = (reference or get_task(store, task).name).partition("@")
    versions = model_rows.list_versions(store, name)
    if not versions:
        known = ", ".join(sorted({version.name for version in model_rows.list_versions(store)})) or "none"
        raise ModelError(
            f"There is no model {name!r}; known are: {known}.",
            next_step="Train one with `headway train`, or see `headway models list`.",
        )
    if not which:
        return next((version for version in versions if CHAMPION in version.aliases), versions[-1])
    for version in versions:
        if which == str(version.version) or which in version.aliases:
            return version
    raise ModelError(
        f"The model {name!r} has no version or alias {which!r}; it has versions "
        f"{', '.join(str(version.version) for version in versions)}.",
        next_step="`headway models list` shows versions and aliases.",
    )


def promote(store: Store, reference: str, *, alias: str = CHAMPION) -> ModelVersion:
    """Point the alias at a version, after every file of it was verified.

    Raises `CorruptArtifactError` where a file is not what was written, and leaves the alias where it is.
    """
    with store.exclusive("models promote"):
        version = resolve(store, reference)
        read_manifest(lay_out(store, version.artifact))
        if alias not in version.aliases:
            _point(store, version, alias, "promote")
    return resolve(store, version.reference)


def rollback(store: Store, name: str, *, alias: str = CHAMPION, present: int | None = None) -> ModelVersion:
    """Point the alias back at the version it named before; a second rollback goes one further back.

    Raises `CheckFailedError` where there is nothing to go back to, or where the alias does not point at the
    version `present`: somebody else has changed it meanwhile.
    """
    with store.exclusive("models rollback"):
        resolve(store, name)
        trail = trail_of(history(store, name), alias=alias)
        if present is not None and trail[-1:] != [present]:
            raise CheckFailedError(
                f"{name}@{present} is no longer the {alias}: somebody has changed it meanwhile.",
                next_step="Look at the page again.",
            )
        if len(trail) < 2:
            raise CheckFailedError(
                f"The model {name!r} had no {alias} before the present one.",
                next_step="`headway models history` shows what was champion when.",
            )
        version = resolve(store, f"{name}@{trail[-2]}")
        read_manifest(lay_out(store, version.artifact))
        _point(store, version, alias, "rollback")
    return resolve(store, version.reference)


def history(store: Store, name: str) -> list[AliasEvent]:
    """Every change of the model's aliases, the oldest first."""
    return model_rows.alias_history(store, name)


def trail_of(events: Sequence[AliasEvent], *, alias: str = CHAMPION) -> list[int]:
    """The versions one could go back to, the present one last: a rollback takes the last step away."""
    trail: list[int] = []
    for event in events:
        if event.alias != alias:
            continue
        if event.action == "rollback" and len(trail) > 1:
            trail.pop()
        else:
            trail.append(event.version)
    return trail


def champion_on(
    store: Store, name: str, day: date | datetime, *, alias: str = CHAMPION
) -> ModelVersion | None:
    """The version the alias pointed at at the end of a day (UTC) or at a moment; None before the first."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time.max, UTC)
    if moment.tzinfo is None:
        raise UsageError(f"The moment {moment} has no time zone.", next_step="Give a date, or add +00:00.")
    events = [e for e in history(store, name) if e.alias == alias and e.at <= timestamp(moment)]
    return resolve(store, f"{name}@{events[-1].version}") if events else None


def manifest_of(store: Store, version: ModelVersion) -> Manifest:
    """The manifest of a registered version, checked against its hash; its files are not looked at.

    Raises `CorruptArtifactError` where it is missing or damaged.
    """
    return parse_manifest(store.blobs.get(version.artifact), f"The manifest of {version.reference}")


def _point(store: Store, version: ModelVersion, alias: str, action: str) -> None:
    event = AliasEvent(version.name, alias, version.version, store.now(), action)
    model_rows.add_alias_event(store, event)
