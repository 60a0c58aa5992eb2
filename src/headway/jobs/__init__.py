"""Jobs: takes command lines of Headway, gives what came of them, one after the other in child processes.

A web page never loads what trains, and what runs on a laptop runs from a shell in the same way.
"""

from headway.jobs.worker import Worker

__all__ = ["Worker"]
