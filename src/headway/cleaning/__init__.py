"""Cleaning: takes a project's texts and labels, gives a report of what is wrong and a policy for versions."""

from headway.cleaning.policy import apply_policy, preparation_of

__all__ = ["apply_policy", "preparation_of"]
