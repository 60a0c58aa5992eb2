"""Kept reports as pages of the console: found by an id out of a listing, never by a path."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException

from headway.records import ModelVersion
from headway.store import Store

#: what stands before the digest in the name of a report's folder
_NAME = re.compile(r"(.+)-[0-9a-f]{8}")


@dataclass(frozen=True)
class ReportFile:
    """One kept report: `report.html`, and `report.json` beside it."""

    #: beginning of the hash of the folder's name
    id: str
    folder: Path
    #: what was measured: "intents-3" of an evaluation, "compare-intents" of a comparison
    stem: str

    @property
    def page(self) -> Path:
        """The page."""
        return self.folder / "report.html"


def list_reports(store: Store) -> list[ReportFile]:
    """The reports below `reports/`, by name; links are left out, as they may lead elsewhere."""
    found = []
    for folder in sorted((store.project / "reports").glob("*")):
        name = _NAME.fullmatch(folder.name)
        report = ReportFile(_id_of(folder.name), folder, name[1] if name else folder.name)
        if not folder.is_symlink() and not report.page.is_symlink() and report.page.is_file():
            found.append(report)
    return found


def find_report(store: Store, report_id: str) -> ReportFile:
    """The report of an id. Raises `HTTPException` 404 for any other."""
    for report in list_reports(store):
        if report.id == report_id:
            return report
    raise HTTPException(404, "There is no such report.")


def report_made(store: Store, result: dict[str, Any] | None) -> ReportFile | None:
    """The report that a command has made, as its JSON says; None where it made none that is kept."""
    name = Path(str((result or {}).get("html", ""))).parent.name
    return next((report for report in list_reports(store) if report.folder.name == name), None)


def evaluations(reports: Sequence[ReportFile], version: ModelVersion) -> list[dict[str, Any]]:
    """The evaluations of a version as plain data (`id` and what its report.json holds), the newest first."""
    stem = f"{version.name}-{version.version}"
    found = [{**_content(report), "id": report.id} for report in reports if report.stem == stem]
    # A comparison of a task whose name ends in a number has such a name, too.
    of_version = [content for content in found if content.get("model") == version.reference]
    return sorted(of_version, key=lambda content: str(content.get("created_at")), reverse=True)


def _id_of(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:20]


def _content(report: ReportFile) -> dict[str, Any]:
    """What report.json holds; nothing where it cannot be read."""
    try:
        content = json.loads((report.folder / "report.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
