"""Console: takes the pages of the rooms, gives one application that people sign in to."""

from headway.console.app import console_app

__all__ = ["console_app"]
