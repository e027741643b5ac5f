"""Principal components, t-SNE and trustworthiness of features by scikit-learn."""

import sys

import numpy
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

features = numpy.fromfile(sys.argv[1]).reshape(-1, int(sys.argv[2]))
points = numpy.fromfile(sys.argv[3]).reshape(-1, 2)
pca = PCA(2, svd_solver="full")
components = pca.fit_transform(features)
components *= numpy.sign(pca.components_[[0, 1], numpy.abs(pca.components_).argmax(1)])
tsne = TSNE(perplexity=20, init="pca", learning_rate="auto", method="exact").fit(features)
numpy.concatenate(
    [
        components.ravel(),
        pca.explained_variance_ratio_,
        [trustworthiness(features, points, n_neighbors=5)],
        [trustworthiness(features, tsne.embedding_, n_neighbors=5), tsne.kl_divergence_],
    ]
).astype(float).tofile(sys.argv[4])
