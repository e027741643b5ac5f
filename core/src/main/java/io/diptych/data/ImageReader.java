package io.diptych.data;

import io.diptych.data.decode.Image;
import io.diptych.data.decode.ImageDecoder;
import io.diptych.data.decode.Reduction;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and decodes stored images.
 *
 * @param decoder of their files
 * @param channels that they shall have, 1 or 3
 * @param side of the square that they are resized and cropped to, or null for as they are
 */
record ImageReader(ImageDecoder decoder, int channels, @Nullable Integer side) {

  /**
   * Reads an image.
   *
   * @param reduction how much smaller the caller can take it; counts only where the whole picture
   *     is wanted as it is
   * @throws DataException that names the image, if it cannot be read
   */
  Image read(StoredImage image, Reduction reduction) {
    Integer square = side;
    StoredImage.Part part = image.part();
    try {
      byte[] file = image.stored().read();
      if (part == null && square == null) {
        return decoder.decode(file, reduction).withChannels(channels);
      }
      if (square == null) {
        return cut(decoder.decode(file), part).withChannels(channels);
      }
      // Twice as many pixels as the square needs keep what is lost below what resizing takes away.
      Reduction twice = (height, width) -> Math.min(height, width) / (2 * square);
      Image decoded = part == null ? decoder.decode(file, twice) : cut(decoder.decode(file), part);
      Image fitting = decoded.withChannels(channels);
      return Image.ofPlanes(
          Resampler.square(fitting.planes(), channels, fitting.height(), fitting.width(), square),
          channels,
          square,
          square);
    } catch (IOException e) {
      throw broken(image, Failures.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw broken(image, String.valueOf(e.getMessage()), e);
    }
  }

  private static Image cut(Image image, StoredImage.@Nullable Part part) {
    return part == null
        ? image
        : image.crop(
            part.top(), part.left(), part.bottom() - part.top(), part.right() - part.left());
  }

  private static DataException broken(StoredImage image, String reason, Exception cause) {
    return new DataException(image.stored() + ": cannot be read as an image: " + reason, cause);
  }
}
