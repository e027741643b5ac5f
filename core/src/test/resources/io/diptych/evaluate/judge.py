"""What scikit-learn says of features and clusters: judge.py DIR K TEMPERATURE LAMBDA."""

import sys

import numpy as np
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

directory, k, temperature, penalty = sys.argv[1], int(sys.argv[2]), *map(float, sys.argv[3:5])


def load(name):
    return np.load(f"{directory}/{name}.npy").astype(np.float64)


train, test = load("train"), load("test")
train_labels, test_labels = load("train_labels").astype(int), load("test_labels").astype(int)
clusters = load("clusters").astype(int)

print("nmi", metrics.normalized_mutual_info_score(test_labels, clusters))
print("ami", metrics.adjusted_mutual_info_score(test_labels, clusters))
print("ari", metrics.adjusted_rand_score(test_labels, clusters))
print("fmi", metrics.fowlkes_mallows_score(test_labels, clusters))


def neighbours(name, weights):
    model = KNeighborsClassifier(k, metric="cosine", algorithm="brute", weights=weights)
    print(name, model.fit(train, train_labels).score(test, test_labels))


neighbours("majority", "uniform")
neighbours("weighted", lambda distance: np.exp((1 - distance) / temperature))

mean, std = train.mean(0), train.std(0) * np.sqrt(train.shape[1])
regression = LogisticRegression(C=1 / (penalty * len(train)), tol=1e-8, max_iter=10000)
regression.fit((train - mean) / std, train_labels)
print("linear", regression.score((test - mean) / std, test_labels))
