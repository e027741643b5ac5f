"""t-SNE of scikit-learn on the features that io.diptych.bench.ProjectionCost wrote.

    python projection_cost.py /tmp/features.npy
"""

import sys
import time

import numpy
import sklearn
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness


def measure(name, features, method):
    start, processor = time.perf_counter(), time.process_time()
    points = method.fit_transform(features)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    trusted = trustworthiness(features, points, n_neighbors=5)
    print(f"{name}: {seconds:.1f} s, {processor:.1f} s of CPU, trustworthiness {trusted:.4f}", flush=True)


if __name__ == "__main__":
    features = numpy.load(sys.argv[1])
    print("scikit-learn", sklearn.__version__)
    measure("pca", features, PCA(2))
    measure("tsne", features, TSNE(perplexity=30, init="pca", learning_rate="auto", n_jobs=-1))
