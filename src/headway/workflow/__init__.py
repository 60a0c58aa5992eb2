"""Workflow: joins train → export → evaluate → register → promote; the only place where those rooms meet.

One module a verb: `train.train`, `evaluate.evaluate`, `predict.predict_lines`, `publish.publish`.
"""

__all__: list[str] = []
