"""Sources: takes files, gives Record and Annotation, or a quarantined row with its line and reason."""

from headway.sources.importer import check_files, import_file
from headway.sources.items import Columns

__all__ = ["Columns", "check_files", "import_file"]
