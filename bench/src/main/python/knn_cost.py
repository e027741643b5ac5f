"""Seconds of scikit-learn's brute force for the search of KnnCost.

python3 knn_cost.py [bank] [queries] [width] [k] [repeats]

The threads are those of OMP_NUM_THREADS and OPENBLAS_NUM_THREADS.
"""

import statistics
import sys
import time

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

bank, queries, width, k, repeats = (
    int(value) for value in sys.argv[1:] + ["50000", "10000", "512", "200", "3"][len(sys.argv) - 1 :]
)
random = np.random.default_rng(1)
rows = random.standard_normal((bank, width), dtype=np.float32)
asked = random.standard_normal((queries, width), dtype=np.float32)
labels = np.arange(bank) % 10


def vote():
    model = KNeighborsClassifier(k, algorithm="brute", metric="cosine")
    model.fit(rows, labels).predict(asked)


def median(work):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


product = median(lambda: asked @ rows.T)
votes = median(vote)
print(f"product {product:.2f} s, votes {votes:.2f} s, ratio {votes / product:.2f}")
