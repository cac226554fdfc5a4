"""The plain net: what tests compare with loops and bounds worked out by hand."""

PLAIN = {
    "activation": "relu",
    "dropout": 0.0,
    "lr_schedule": "constant",
    "numeric_embedding": None,
    "weight_decay": 0.0,
    "wide": False,
}
# Labels as they are.
PLAIN_CLASSIFIER = PLAIN | {"label_smoothing": 0.0}
