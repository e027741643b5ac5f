package io.diptych.data;

import java.util.List;

/**
 * What a folder of images held.
 *
 * @param images images read
 * @param skipped one line for each image file left out, with the reason
 * @param ignored files that are hidden or no images by their name
 */
public record LoadReport(int images, List<String> skipped, int ignored) {

  /** Copies the list. */
  public LoadReport {
    skipped = List.copyOf(skipped);
  }
}
