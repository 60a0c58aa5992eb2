"""Reports below `reports/`: as JSON and as a page."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from headway.store import Store
from headway.store.files import write_atomically


def keep_report(
    store: Store, name: str, report: dict[str, Any], page: str, html: Path | None
) -> dict[str, Any]:
    """Write report.json and report.html below `reports/`, and a copy of the page; the report with `html`."""
    digest = hashlib.sha256(report["created_at"].encode()).hexdigest()[:8]
    folder = store.project / "reports" / f"{name}-{digest}"
    write_atomically(folder / "report.json", json.dumps(report, ensure_ascii=False, indent=1).encode())
    write_atomically(folder / "report.html", page.encode())
    if html is not None:
        write_atomically(html, page.encode())
    return {**report, "html": str(html or folder / "report.html")}
