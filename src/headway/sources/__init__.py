"""Sources: takes files, gives Record and Annotation, or a quarantined row with its line and reason."""

from headway.sources.importer import import_file, import_planned
from headway.sources.items import Columns
from headway.sources.plan import Asked, Plan, check_files

__all__ = ["Asked", "Columns", "Plan", "check_files", "import_file", "import_planned"]
