"""The rooms behind the forecaster: series in, linear models, intervals out."""
