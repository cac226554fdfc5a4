"""Learning from rows without labels: masks, objective and estimators of T-JEPA."""
