package io.diptych.data;

import java.util.List;

/**
 * What is known of a data set without opening it. Numbers are zero and lists of classes empty where
 * they are not: images of the user's own have any number and size, photographs have sizes of their
 * own, and classes that are folders are read from the disk.
 *
 * @param name its name
 * @param title what it is, in a few words
 * @param trainImages number of training images
 * @param testImages number of test images
 * @param channels 1 (grey) or 3 (colour)
 * @param height rows of an image
 * @param width columns of an image
 * @param classes name of each label
 * @param licence under which terms it may be used
 * @param origin where it comes from
 * @param mean mean of each channel over the training images, on the scale 0 to 1
 * @param std standard deviation of each channel over the training images, on the scale 0 to 1
 * @param download the files {@code diptych data get} fetches; empty if it cannot
 */
public record DatasetInfo(
    DatasetName name,
    String title,
    int trainImages,
    int testImages,
    int channels,
    int height,
    int width,
    List<String> classes,
    String licence,
    String origin,
    List<Double> mean,
    List<Double> std,
    List<RemoteFile> download) {

  /** Copies the lists. */
  public DatasetInfo {
    classes = List.copyOf(classes);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    download = List.copyOf(download);
  }
}
