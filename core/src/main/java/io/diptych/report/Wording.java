package io.diptych.report;

import java.util.Arrays;
import java.util.Optional;

/** What the page calls each protocol and how it explains it, in the order in which they stand. */
enum Wording {
  KNN(
      "knn",
      "kNN",
      "a kNN classifier",
      "Each test image is given the class that weighs most among the training images whose"
          + " features are most similar to its own. Nothing is trained."),
  LINEAR(
      "linear",
      "Linear",
      "a linear classifier",
      "One linear layer is trained on the frozen features of the labelled training images and then"
          + " classifies the test images. With few labels per class, the labelled images are drawn"
          + " several times; the numbers are the mean and the standard deviation over these"
          + " draws."),
  LINEAR_SGD(
      "linear-sgd",
      "Linear, SGD",
      "a linear classifier trained by gradient descent",
      "One linear layer is trained by gradient descent on the frozen features, as the published"
          + " programs do. The accuracy is that after the last epoch."),
  FINETUNE(
      "finetune",
      "Fine-tuned",
      "fine-tuning",
      "The encoder itself is trained on with labels, starting from its pretrained weights."),
  TRANSFER(
      "transfer",
      "Transfer",
      "a classifier of other data",
      "The frozen features are judged on other data than those of pretraining."),
  CLUSTER(
      "cluster",
      "Clusters",
      "k-means",
      "K-means groups the training features without labels; test images belong to the nearest"
          + " centre. The groups are compared with the classes: 1 is full agreement, and 0 is chance"
          + " for AMI and ARI."),
  RETRIEVE(
      "retrieve",
      "Retrieval",
      "retrieval",
      "The other images are ranked by their similarity to each test image. Recall@k: how often one"
          + " of its class is among the first k; mAP: mean average precision of the ranking."),
  STATS(
      "stats",
      "Feature statistics",
      "statistics",
      "How the features of the test images fill their space, without labels. Uniformity: lower is"
          + " more even. Effective rank: how many directions carry the features."),
  PROJECT(
      "project",
      "Maps",
      "maps",
      "The features of the test images laid out in the plane. Trustworthiness: how far neighbours on"
          + " the map are neighbours among the features, 1 at best.");

  private final String key;
  private final String title;
  private final String phrase;
  private final String explanation;

  Wording(String key, String title, String phrase, String explanation) {
    this.key = key;
    this.title = title;
    this.phrase = phrase;
    this.explanation = explanation;
  }

  private static Optional<Wording> of(String protocol) {
    return Arrays.stream(values()).filter(one -> one.key.equals(protocol)).findFirst();
  }

  /** The protocol's name on the page; one that this version does not know goes by its key. */
  static String title(String protocol) {
    return of(protocol).map(one -> one.title).orElse(protocol);
  }

  /** What classifies, inside a sentence. */
  static String phrase(String protocol) {
    return of(protocol).map(one -> one.phrase).orElse("the protocol " + protocol);
  }

  static String explanation(String protocol) {
    return of(protocol).map(one -> one.explanation).orElse("Measured with the settings below.");
  }

  /** The place among the protocols; unknown ones come last. */
  static int rank(String protocol) {
    return of(protocol).map(Wording::ordinal).orElse(values().length);
  }
}
