"""The skorch side: net, training step, batches in memory, random numbers, devices."""
