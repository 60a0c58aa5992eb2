"""Sources: takes files, gives Record and Annotation, or a quarantined row with its line and reason."""

from headway.sources.importer import Columns, check_files, import_file

__all__ = ["Columns", "check_files", "import_file"]
