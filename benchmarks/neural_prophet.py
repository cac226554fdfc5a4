"""NeuralProphet on the real series of the autoregression benchmark.

It needs an environment of its own, without skreg: its last release (0.9) runs neither
with pandas 3 nor, without a switch, with torch 2.6 or newer::

    pip install neuralprophet "pandas<2.2"
    TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1 python benchmarks/neural_prophet.py \
        SERIES.csv.gz --freq MS --lags 150 --horizon 12

The last column of the file is the series. Its times are replaced by regular ones.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from neuralprophet import NeuralProphet, set_log_level


def main() -> None:
    """Fit on the first four fifths; print the errors on the last, rolling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", type=Path)
    parser.add_argument("--freq", required=True)
    parser.add_argument("--lags", type=int, required=True)
    parser.add_argument("--horizon", type=int, required=True)
    parser.add_argument("--sparsity", type=float, default=1.0)
    options = parser.parse_args()
    set_log_level("ERROR")
    y = pd.read_csv(options.series).iloc[:, -1].astype(float).interpolate().to_numpy()
    times = pd.date_range("1900-01-01", periods=len(y), freq=options.freq)
    frame = pd.DataFrame({"ds": times, "y": y})
    cut = int(0.8 * len(y))
    model = NeuralProphet(
        n_lags=options.lags,
        n_forecasts=options.horizon,
        ar_reg=options.sparsity,
        growth="off",
        yearly_seasonality=False,
        weekly_seasonality=False,
        daily_seasonality=False,
    )
    start = time.perf_counter()
    model.fit(frame[:cut], freq=options.freq, progress=None)
    seconds = time.perf_counter() - start
    forecast = model.predict(frame[cut - options.lags :])
    errors = []
    for step in range(1, options.horizon + 1):
        made = forecast[f"yhat{step}"].astype(float).to_numpy()
        error = made[options.lags + step - 1 :] - y[cut + step - 1 :]
        errors.append(np.nanmean(np.abs(error)))
    print(f"step 1 {errors[0]:.2f}, all {np.mean(errors):.2f}, {seconds:.0f} s")


if __name__ == "__main__":
    main()
