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
    start = time.perf_counter()
    points = method.fit_transform(features)
    seconds = time.perf_counter() - start
    trusted = trustworthiness(features, points, n_neighbors=5)
    print(f"{name}: {seconds:.1f} s, trustworthiness {trusted:.4f}", flush=True)


if __name__ == "__main__":
    features = numpy.load(sys.argv[1])
    print("scikit-learn", sklearn.__version__)
    measure("pca", features, PCA(2))
    measure("tsne", features, TSNE(perplexity=30, init="pca", learning_rate="auto", n_jobs=-1))
