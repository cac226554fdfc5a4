"""Where scikit-learn meets torch: parameters, validation, roles, callbacks."""
