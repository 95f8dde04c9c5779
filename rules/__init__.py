"""Rules as code: the catalogue of law, the evaluator, and the decision about a case."""
