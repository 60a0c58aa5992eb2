"""Annotation: takes texts and what people say of them, gives what to label next and how far labels agree.

`strategies` picks the next texts by what the `learner` knows; `agreement` says how far people agree.
"""

__all__: list[str] = []
