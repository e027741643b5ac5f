package io.diptych.data.decode;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes by OpenCV, about twice as fast as the JDK. */
final class OpenCvDecoder implements ImageDecoder {
  /** OpenCV would turn JPEGs but not all others upright: we do it for all, by one rule. */
  private static final int FLAGS =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

  /** Loads the natives; throws a {@link LinkageError} where there are none. */
  OpenCvDecoder() {
    Loader.load(opencv_imgcodecs.class);
    // Parallel over images, not within one.
    opencv_core.setNumThreads(1);
  }

  @Override
  public Image decode(byte[] file, Reduction reduction) throws IOException {
    FileCheck check = FileCheck.of(file);
    int factor = factor(check, reduction);
    try (BytePointer bytes = new BytePointer(file);
        Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, bytes);
        Mat mat = opencv_imgcodecs.imdecode(encoded, FLAGS | reduced(factor))) {
      if (mat.empty()) {
        throw new IOException("not an image of a known format, or damaged");
      }
      FileCheck.checkSize(mat.cols(), mat.rows());
      byte[] samples = new byte[mat.rows() * mat.cols() * 3];
      try (BytePointer data = mat.data()) {
        data.get(samples);
      }
      Image image = new Image(samples, 3, mat.rows(), mat.cols());
      return (factor == 1 ? image : image.reducedFrom(check.height(), check.width()))
          .upright(check.orientation());
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IOException("OpenCV cannot decode it: " + message, e);
    }
  }

  /** The largest factor that libjpeg knows and the caller allows; 1 for other formats. */
  private static int factor(FileCheck check, Reduction reduction) {
    if (!check.jpeg()) {
      return 1;
    }
    boolean exchanged = check.orientation() >= 5 && check.orientation() <= 8;
    int allowed =
        reduction.atMost(
            exchanged ? check.width() : check.height(), exchanged ? check.height() : check.width());
    return Math.min(8, Integer.highestOneBit(Math.max(1, allowed)));
  }

  /** The flag of a factor; those named after colour would ask for blue, green and red. */
  private static int reduced(int factor) {
    return switch (factor) {
      case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
      case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
      case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
      default -> 0;
    };
  }
}
