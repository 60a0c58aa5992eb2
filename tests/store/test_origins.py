from __future__ import annotations

from pathlib import Path

from headway.project import Project
from headway.store.origins import get_origins
from headway.store.records import iter_texts
from tests.projects import unlike


def test_each_record_knows_its_key_its_file_and_its_other_columns(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p", name="intents") as project:
        for name, channel in (("邮件.csv", "邮件"), ("chat.csv", "chat")):
            # More than are asked for at once.
            lines = [f"{name}-{i},text {unlike(i)} {name},a,{channel}" for i in range(400)]
            (tmp_path / name).write_text("id,text,label,channel\n" + "\n".join(lines), "utf-8")
            project.import_files(tmp_path / name, text="text", label="label", id="id")
        ids = [record for record, *_ in iter_texts(project.store)]
        origins = get_origins(project.store, ids)
        assert len(origins) == len(ids) == 800
        first = origins[ids[0]]
        assert first.key == "id:邮件.csv-0"
        assert first.source == "邮件.csv"
        assert first.fields["channel"] == "邮件"
        assert {origin.source for origin in origins.values()} == {"邮件.csv", "chat.csv"}
        assert get_origins(project.store, ["unknown"]) == {}
        assert get_origins(project.store, []) == {}
