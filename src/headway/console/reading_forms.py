"""How a file that was sent is to be read, where what was found out is wrong: choices out of closed sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from headway.errors import UsageError
from headway.sources.encodings import Encoding
from headway.sources.plan import Asked
from headway.web.routes import Strict

_HEADERS = {"yes": "--header", "no": "--no-header"}


class AskedReading(Strict):
    """How a file is to be read, as a form sends it; "" = found out."""

    encoding: Literal["", Encoding] = ""
    delimiter: Literal["", "comma", "semicolon", "tab", "pipe"] = ""
    #: whether the first row names the columns
    header: Literal["", "yes", "no"] = ""
    sheet: str = Field(default="", max_length=200)

    def require(self, name: str, preview: Mapping[str, Any]) -> None:
        """Raises `UsageError` for what makes no difference to such a file, and for a sheet it lacks."""
        chosen = [choice for choice, value in self.model_dump().items() if value]
        useless = [choice for choice in chosen if choice not in preview["choices"]]
        problems = [f"{name} has no {' and no '.join(useless)} to choose."] if useless else []
        if self.sheet and "sheet" not in useless and self.sheet not in preview["sheets"]:
            problems.append(f"{name} has no sheet {self.sheet!r}.")
        if problems:
            raise UsageError(" ".join(problems), next_step="Choose what the page of the file offers.")

    def asked(self) -> Asked:
        """The same for the room that reads files."""
        return Asked(
            encoding=self.encoding or None,
            delimiter=self.delimiter or None,
            header=self.header == "yes" if self.header else None,
            sheet=self.sheet or None,
        )

    def options(self) -> Sequence[str]:
        """The same for `headway import`, each in one word: a sheet may begin with a dash."""
        named = {"--encoding": self.encoding, "--delimiter": self.delimiter, "--sheet": self.sheet}
        header = [_HEADERS[self.header]] if self.header else []
        return [*(f"{option}={value}" for option, value in named.items() if value), *header]
