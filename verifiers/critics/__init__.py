"""Voters: verifiers that may err, and so do not veto."""
