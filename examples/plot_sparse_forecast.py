"""
Which hours of the past week tell tomorrow's temperature?
=========================================================

A year of hourly temperatures at an airport. The next 24 hours are to be forecast from
the past week, 168 values. Which of these matter, how far off are the forecasts, and can
their intervals be trusted?

The series ships with skreg (Newark airport, 2013, CC0, see
:func:`skreg.datasets.load_newark_temperature`).
"""

# %%
# A week of lags, a day ahead
# ---------------------------
# The first four fifths of the year train. A fit takes less than a second; its 24 steps
# have formulas of their own.
import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skreg import ARNetForecaster
from skreg.datasets import load_newark_temperature
from skreg.inspection import LagDisplay
from skreg.metrics import interval_coverage

y = load_newark_temperature(return_y=True, as_frame=True)
n_train = int(0.8 * len(y))
train, test = y.iloc[:n_train], y.iloc[n_train:]

start = time.perf_counter()
model = ARNetForecaster(lags=168, horizon=24).fit(train)
print(f"{len(train):,} hours, 168 lags, 24 steps: {time.perf_counter() - start:.2f} s")
print(f"R2 of all forecasts of the last {len(test):,} hours: {model.score(test):.3f}")

# %%
# The formula
# -----------
# One hour ahead, a few lags remain: the last hours, and the same hours on the days
# before.
print(model.summary().round(3).to_string(index=False))

# %%
# Twelve hours ahead, the latest value still has the largest coefficient (0.75 after
# 1.11), and the time of day comes in. What is usual at the present hour is subtracted
# (lags 25, 97 and 145: the same hour on earlier days), and what is usual at the hour of
# the forecast is added (lags 61, 85 and 133).
lag_figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
LagDisplay.from_estimator(model, step=1, ax=axes[0])
LagDisplay.from_estimator(model, step=12, ax=axes[1])
axes[1].set_ylabel("")
for axis in axes:
    axis.set_xticks(range(0, 169, 24))

# %%
# Some days in autumn
# --------------------
# Every midnight the next 24 hours are forecast, with intervals that shall contain 90 %
# of the truth, and the day's values are then told to the forecaster.
days = 45
forecasts, lowers, uppers = [], [], []
first = int(np.flatnonzero(test.index.hour == 0)[0])
model.update(test.iloc[:first])
for day in range(days):
    forecasts.append(model.predict())
    lower, upper = model.predict_interval(coverage=0.9)
    lowers.append(lower)
    uppers.append(upper)
    model.update(test.iloc[first + 24 * day : first + 24 * (day + 1)])
forecast, lower, upper = (pd.concat(p) for p in (forecasts, lowers, uppers))
truth = test.loc[forecast.index]

BLUE, GREY = "#0072B2", "#333333"
shown = slice(24 * 10, 24 * 16)
day_figure, axis = plt.subplots(figsize=(9, 3.8), layout="constrained")
axis.plot(truth.iloc[shown], color=GREY, lw=1.2, label="temperature")
for day in range(10, 16):
    hours = slice(24 * day, 24 * (day + 1))
    times = forecast.index[hours]
    axis.plot(times, forecast.iloc[hours], color=BLUE, label="forecast at midnight")
    axis.fill_between(
        times,
        lower.iloc[hours],
        upper.iloc[hours],
        color=BLUE,
        alpha=0.18,
        lw=0,
        label="90 % interval",
    )
handles, labels = axis.get_legend_handles_labels()
legend = axis.legend(handles[:3], labels[:3], frameon=False, ncols=3, loc="upper left")
axis.set(ylabel="degrees Fahrenheit", title="Six days, each forecast at its midnight")
axis.set_ylim(top=axis.get_ylim()[1] + 8)
axis.spines[["top", "right"]].set_visible(False)

# %%
# Over all these days the intervals contain about nine values in ten. A seasonal naive
# forecast, the same hour of the day before, is the least that a model should beat.
covered = interval_coverage(truth, lower, upper)
error = (forecast - truth).abs().mean()
naive = (y.shift(24).loc[truth.index] - truth).abs().mean()
print(f"{covered:.0%} of {len(truth):,} values lie in their 90 % intervals")
print(f"mean absolute error {error:.1f} degrees, the day before {naive:.1f}")
