"""From standardised arrays to a fitted linear model, and a net that corrects it."""
